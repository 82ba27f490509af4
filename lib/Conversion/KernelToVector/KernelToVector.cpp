//===- KernelToVector.cpp - Kernels as vector code ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the convert-kernel-to-vector pass, which generates one
// function for each kind of computation and launches it in its place.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/OperationSupport.h"
#include "resnetc/Conversion/Passes.h"
#include "llvm/ADT/DenseMap.h"

namespace resnetc {
#define GEN_PASS_DEF_CONVERTKERNELTOVECTOR
#include "resnetc/Conversion/Passes.h.inc"
} // namespace resnetc

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

/// Computations that differ only in which buffers they work on are the same
/// key.
struct SameKernelInfo : llvm::DenseMapInfo<Operation *> {
  static unsigned getHashValue(const Operation *op) {
    return OperationEquivalence::computeHash(
        const_cast<Operation *>(op),
        [](Value v) { return hash_value(v.getType()); },
        OperationEquivalence::ignoreHashValue,
        OperationEquivalence::IgnoreLocations);
  }
  static bool isEqual(const Operation *a, const Operation *c) {
    if (a == c)
      return true;
    if (a == getTombstoneKey() || a == getEmptyKey() ||
        c == getTombstoneKey() || c == getEmptyKey())
      return false;
    auto *lhs = const_cast<Operation *>(a), *rhs = const_cast<Operation *>(c);
    // Operands by type; values of the region by their place in it.
    DenseMap<Value, Value> inside;
    auto sameValue = [&](Value x, Value y) -> LogicalResult {
      bool outer = llvm::is_contained(lhs->getOperands(), x);
      return success(outer ? x.getType() == y.getType()
                           : inside.lookup(x) == y);
    };
    return OperationEquivalence::isEquivalentTo(
        lhs, rhs, sameValue, [&](Value x, Value y) { inside[x] = y; },
        OperationEquivalence::IgnoreLocations);
  }
};

struct KernelToVector
    : resnetc::impl::ConvertKernelToVectorBase<KernelToVector> {
  using Base::Base;

  void runOnOperation() override;

private:
  FailureOr<func::FuncOp> build(ComputeOpInterface op, SymbolTable &symbols);
};

} // namespace

FailureOr<func::FuncOp> KernelToVector::build(ComputeOpInterface op,
                                              SymbolTable &symbols) {
  auto lowering = dyn_cast<VectorLoweringOpInterface>(op.getOperation());
  if (!lowering)
    return op->emitOpError("has no CPU code generator");
  MLIRContext *context = &getContext();
  SmallVector<Type> types(op->getOperandTypes());
  types.append(2, IndexType::get(context));
  auto name = prefix + "_" + op.getKernelName();
  auto function = func::FuncOp::create(
      op.getLoc(), name, FunctionType::get(context, types, TypeRange()));
  function.setPrivate();
  symbols.insert(function);
  Block *entry = function.addEntryBlock();
  ImplicitLocOpBuilder b(op.getLoc(), context);
  b.setInsertionPointToStart(entry);
  ValueRange arguments = entry->getArguments();
  if (failed(lowering.buildKernel(b, arguments.drop_back(2),
                                  arguments[types.size() - 2],
                                  arguments[types.size() - 1])))
    return failure();
  func::ReturnOp::create(b);
  return function;
}

/// Whether what is computed is added up over processes.
static bool isAllReduce(Operation *op) {
  auto generic = dyn_cast<GenericOp>(op);
  return generic && generic.getAllReduce();
}

void KernelToVector::runOnOperation() {
  ModuleOp module = getOperation();
  SymbolTable symbols(module);
  SmallVector<ComputeOpInterface> computations;
  module.walk([&](ComputeOpInterface op) { computations.push_back(op); });

  llvm::DenseMap<Operation *, func::FuncOp, SameKernelInfo> functions;
  for (ComputeOpInterface op : computations) {
    auto it = functions.find(op.getOperation());
    if (it == functions.end()) {
      FailureOr<func::FuncOp> function = build(op, symbols);
      if (failed(function))
        return signalPassFailure();
      it = functions.insert({op.getOperation(), *function}).first;
    }
    OpBuilder b(op);
    // A halo is disjoint from what the next step writes and reads.
    bool noBarrier = isa<FillHaloOp>(op.getOperation());
    ValueRange operands = op->getOperands();
    bool once = llvm::all_of(operands, isSharedMemory);
    bool sum = !once && llvm::all_of(operands.take_back(op.getNumOutputs()),
                                     isSharedMemory);
    LaunchOp::create(b, op.getLoc(), it->second.getSymName(), operands,
                     op.getNumUnits(), op.getNumMacs(),
                     op.prefersImagesInnermost(), noBarrier, once, sum,
                     isAllReduce(op));
  }
  functions.clear();
  for (ComputeOpInterface op : computations)
    op->erase();
}
