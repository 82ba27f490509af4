//===- EachPass.cpp - Whether passes keep what is computed ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EachPass.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"
#include "resnetc/Dialect/ResNet/Reference/Evaluator.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Driver/Pipelines.h"

using namespace mlir;
using namespace resnetc;

namespace {

/// Evaluates a function after each pass on it.
class EvaluateFunctions : public PassInstrumentation {
public:
  EvaluateFunctions(ArrayRef<Values> inputs, ArrayRef<Values> expected,
                    double tolerance, bool &agree)
      : inputs(inputs), expected(expected), tolerance(tolerance), agree(agree) {
  }

  void runBeforePass(Pass *, Operation *op) override {
    before = OperationFingerPrint(op);
  }

  void runAfterPass(Pass *pass, Operation *op) override {
    auto function = dyn_cast<func::FuncOp>(op);
    // A pass that changes nothing has nothing to show.
    if (!function || (before && *before == OperationFingerPrint(op)))
      return;
    auto functions =
        function->getParentOfType<ModuleOp>().getBody()->getOps<func::FuncOp>();
    size_t index =
        std::distance(functions.begin(), llvm::find(functions, function));
    std::string what =
        ("@" + function.getName() + " after " + pass->getArgument()).str();
    auto results = resnet::evaluate(function, inputs[index]);
    if (failed(results)) {
      llvm::outs() << what << ": cannot be evaluated\n";
      agree = false;
      return;
    }
    agree &= printComparison(what, *results, expected[index], tolerance);
  }

private:
  ArrayRef<Values> inputs, expected;
  double tolerance;
  bool &agree;
  std::optional<OperationFingerPrint> before;
};

} // namespace

bool resnetc::evaluateAfterEachPass(ModuleOp module, ArrayRef<Values> inputs,
                                    ArrayRef<Values> expected,
                                    double tolerance) {
  llvm::Expected<TargetModel> host = TargetModel::get("", "");
  if (!host) {
    llvm::errs() << "error: " << toString(host.takeError()) << "\n";
    return false;
  }
  PassManager manager(module.getContext());
  buildSimplifyPipeline(manager);
  resnet::ResNetAssignLayoutOptions layout;
  layout.block = host->lanes;
  manager.addNestedPass<func::FuncOp>(resnet::createResNetAssignLayout(layout));
  bool agree = true;
  manager.addInstrumentation(
      std::make_unique<EvaluateFunctions>(inputs, expected, tolerance, agree));
  return succeeded(manager.run(module)) && agree;
}
