//===- DropoutToElement.cpp - Code that drops elements --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each element draws its own random number: of the four words that Philox makes
// of a counter one is used, so that it does not matter in which order elements
// lie in memory, and vectors of them are computed without a shuffle.
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "ScalarBuilder.h"
#include "resnetc/Support/Philox.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

namespace {

/// Philox4x32-10 in code.
class PhiloxCode {
public:
  explicit PhiloxCode(ImplicitLocOpBuilder &b) : b(b) {}

  Value constant(uint32_t value) {
    return arith::ConstantOp::create(
        b, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  /// The first word of what a counter is mapped to.
  Value draw(std::array<Value, 4> counter, std::array<Value, 2> key) {
    for (int round = 0; round < philox::rounds; ++round) {
      auto [lowA, highA] = multiply(counter[0], philox::multipliers[0]);
      auto [lowB, highB] = multiply(counter[2], philox::multipliers[1]);
      counter = {mix(highB, counter[1], key[0]), lowB,
                 mix(highA, counter[3], key[1]), lowA};
      for (int i = 0; i < 2; ++i)
        key[i] =
            arith::AddIOp::create(b, key[i], constant(philox::increments[i]));
    }
    return counter[0];
  }

private:
  /// The lower and the upper half of a product.
  std::pair<Value, Value> multiply(Value x, uint32_t by) {
    auto product = arith::MulUIExtendedOp::create(b, x, constant(by));
    return {product.getLow(), product.getHigh()};
  }
  Value mix(Value x, Value y, Value z) {
    return arith::XOrIOp::create(b, arith::XOrIOp::create(b, x, y), z);
  }

  ImplicitLocOpBuilder &b;
};

struct DropoutToElement
    : ElementOpInterface::ExternalModel<DropoutToElement, DropoutOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<DropoutOp>(operation);
    Value x = builder.load(0, at);
    if (!op.getExample())
      return x;
    IndexCode c(builder);
    PhiloxCode random(c.b);
    Type word = c.b.getI32Type();
    Value i = arith::IndexCastOp::create(
        c.b, word, c.linear(at.drop_front(), builder.getShape(0).drop_front()));
    Value example =
        arith::TruncIOp::create(c.b, word, builder.load(1, at.front()));
    auto load = [&](int64_t i) { return builder.load(2, c.constant(i)); };
    Value stream = random.constant(static_cast<uint32_t>(op.getStream()));
    Value drawn =
        random.draw({i, example, load(2), stream}, {load(0), load(1)});
    Value isKept = arith::CmpIOp::create(c.b, arith::CmpIPredicate::uge, drawn,
                                         random.constant(op.getThreshold()));
    ScalarBuilder s(c.b, /*isUnsigned=*/false);
    Value scale = s.constant(x, 1 / (1 - op.getRatio().convertToDouble()));
    return s.select(isKept, s.mul(x, scale), s.constant(x, 0));
  }
  bool keepsExamples(Operation *) const { return true; }
};

} // namespace

void resnetc::registerDropoutToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    DropoutOp::attachInterface<DropoutToElement>(*context);
  });
}
