//===- OperatorsEinsum.cpp - Sums of products over named dimensions -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

using Ints = NodeImporter::Ints;

namespace {

/// The dimensions of one operand or the result, by their letters; those of an
/// ellipsis have numbers below zero, counted from the last.
struct Term {
  Ints names;
  bool hasEllipsis = false;
  size_t before = 0; ///< How many names stand before the ellipsis.
};

} // namespace

/// Fails for what is no letter and no ellipsis.
static FailureOr<Term> parseTerm(StringRef text) {
  Term term;
  while (!text.empty()) {
    if (text.consume_front("...")) {
      if (term.hasEllipsis)
        return failure();
      term.hasEllipsis = true;
      term.before = term.names.size();
      continue;
    }
    if (!llvm::isAlpha(text.front()))
      return failure();
    term.names.push_back(text.front());
    text = text.drop_front();
  }
  return term;
}

/// Puts in the names of `count` dimensions for the ellipsis.
static void expand(Term &term, int64_t count) {
  for (int64_t i = 0; term.hasEllipsis && i < count; ++i)
    term.names.insert(term.names.begin() + term.before + i, i - count);
}

static void importEinsum(NodeImporter &node) {
  std::string equation = node.getString("equation", "").str();
  llvm::erase_if(equation, [](char c) { return c == ' '; });
  auto fail = [&] {
    node.emitError() << "the equation '" << printable(equation)
                     << "' does not fit its operands";
  };
  auto [left, right] = StringRef(equation).split("->");
  bool hasResult = StringRef(equation).contains("->");
  SmallVector<StringRef> texts;
  left.split(texts, ',');
  if (texts.size() != node.getNumOperands())
    return fail();
  SmallVector<Term> terms;
  int64_t ellipsis = 0; // the most dimensions that one stands for
  for (auto [i, text] : llvm::enumerate(texts)) {
    FailureOr<Term> term = parseTerm(text);
    std::optional<int64_t> rank =
        node.getOperand(i) ? node.getRank(i) : std::nullopt;
    if (llvm::failed(term))
      return fail();
    if (!rank) {
      if (!node.isTainted())
        node.emitError() << "needs operands whose rank is known";
      return;
    }
    int64_t count = *rank - static_cast<int64_t>(term->names.size());
    if (count < 0 || (!term->hasEllipsis && count > 0))
      return fail();
    ellipsis = std::max(ellipsis, term->hasEllipsis ? count : 0);
    expand(*term, count);
    terms.push_back(std::move(*term));
  }
  FailureOr<Term> result = parseTerm(right);
  if (llvm::failed(result))
    return fail();
  if (!hasResult) {
    // The letters that occur once, sorted, after the ellipsis.
    result->hasEllipsis = true;
    for (char letter = 'A'; letter <= 'z'; ++letter) {
      size_t count = 0;
      for (const Term &term : terms)
        count += llvm::count(term.names, letter);
      if (count == 1)
        result->names.push_back(letter);
    }
  }
  expand(*result, ellipsis);

  llvm::SmallDenseMap<int64_t, int64_t> numbers;
  for (int64_t name : result->names)
    if (!numbers.insert({name, numbers.size()}).second)
      return fail();
  SmallVector<Attribute> labels;
  for (const Term &term : terms) {
    Ints list;
    for (int64_t name : term.names)
      list.push_back(numbers.insert({name, numbers.size()}).first->second);
    labels.push_back(node.getBuilder().getDenseI64ArrayAttr(list));
  }
  node.create<EinsumOp>(node.getOperands(),
                        node.getBuilder().getArrayAttr(labels),
                        static_cast<int64_t>(result->names.size()));
}

void addEinsumOperators(OperatorTable &table) {
  table["Einsum"] = {importEinsum, 1, maxVariadic};
}

} // namespace resnetc::import
