//===- CheckGradients.h - Gradients against differences ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each operation is differentiated, once and twice, and evaluated; so is the
// function a step to both sides in each element of each argument. All is in
// double precision, of numbers around 1.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TEST_UNIT_RESNET_CHECKGRADIENTS_H
#define RESNETC_TEST_UNIT_RESNET_CHECKGRADIENTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Reference/Evaluator.h"
#include "resnetc/Dialect/ResNet/Transforms/Gradients.h"
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace resnetc::resnet::test {

using namespace mlir;

class Gradients : public testing::Test {
protected:
  Gradients() {
    context.loadDialect<func::FuncDialect, ResNetDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
      message += diagnostic.str() + "\n";
      return success();
    });
  }

  /// Parses a function of arguments and a result of f64.
  func::FuncOp parse(StringRef arguments, StringRef body, StringRef type) {
    std::string text =
        ("func.func @f(" + arguments + ") -> tensor<" + type + ">" + " {\n" +
         body + "\nreturn %y : tensor<" + type + ">\n}")
            .str();
    module = parseSourceString<ModuleOp>(text, &context);
    if (!module) {
      ADD_FAILURE() << message << text;
      return {};
    }
    return *module->getOps<func::FuncOp>().begin();
  }

  static Value resultOf(func::FuncOp function) {
    return function.getBody().front().getTerminator()->getOperand(0);
  }
  void returnValues(func::FuncOp function, ArrayRef<Value> values) {
    Operation *end = function.getBody().front().getTerminator();
    end->setOperands(values);
    function.setType(FunctionType::get(&context, function.getArgumentTypes(),
                                       end->getOperandTypes()));
  }
  /// Replaces the result by the sum of its elements' squares, so that not all
  /// gradients are 1.
  void square(func::FuncOp function) {
    OpBuilder builder(function.getBody().front().getTerminator());
    Value y = resultOf(function);
    returnValues(function, Value(MulOp::create(builder, y.getLoc(), y, y)));
  }
  /// Replaces the results by the gradients of the first with respect to all
  /// arguments.
  bool differentiate(func::FuncOp function) {
    OpBuilder builder(function.getBody().front().getTerminator());
    SmallVector<Value> xs(function.getArguments());
    auto gradients =
        buildGradients(builder, function.getLoc(), resultOf(function), xs);
    if (succeeded(gradients))
      returnValues(function, *gradients);
    return succeeded(gradients);
  }

  /// The sums of the elements of the results.
  std::vector<double> sums(func::FuncOp function,
                           ArrayRef<ReferenceTensor> inputs) {
    auto results = evaluate(function, inputs);
    std::vector<double> list;
    if (failed(results)) {
      ADD_FAILURE() << message;
      return {0};
    }
    for (const ReferenceTensor &tensor : *results)
      list.push_back(
          std::accumulate(tensor.values.begin(), tensor.values.end(), 0.0));
    return list;
  }

  /// Compares the gradient of the function's first result with differences, and
  /// leaves the function with it as its results.
  void check(func::FuncOp function, ArrayRef<ReferenceTensor> inputs) {
    auto original = cast<func::FuncOp>(function->clone());
    ASSERT_TRUE(differentiate(function)) << message;
    // Shapes are known as well as those of the arguments.
    EXPECT_EQ(function.getResultTypes(), function.getArgumentTypes());
    auto gradients = evaluate(function, inputs);
    ASSERT_TRUE(succeeded(gradients)) << message;
    const double step = 1e-5;
    for (auto [argument, gradient] : llvm::enumerate(*gradients)) {
      ASSERT_EQ(gradient.shape, inputs[argument].shape);
      for (size_t i = 0; i < gradient.values.size(); ++i) {
        SmallVector<ReferenceTensor> moved(inputs);
        moved[argument].values[i] += step;
        double above = sums(original, moved).front();
        moved[argument].values[i] -= 2 * step;
        double difference =
            (above - sums(original, moved).front()) / (2 * step);
        EXPECT_NEAR(gradient.values[i], difference,
                    1e-6 * (1 + std::abs(difference)))
            << "element " << i << " of argument " << argument;
      }
    }
    original.erase();
  }

  /// Numbers in (low, low + 1.5), no two of them close.
  SmallVector<ReferenceTensor> inputsOf(func::FuncOp function, double low) {
    std::mt19937 generator(1);
    SmallVector<ReferenceTensor> inputs;
    for (Type type : function.getArgumentTypes()) {
      auto tensor = cast<RankedTensorType>(type);
      inputs.push_back({tensor.getElementType(), {}, {}});
      SmallVector<int64_t> shape(tensor.getShape());
      llvm::replace(shape, ShapedType::kDynamic, int64_t(2)); // the batch
      inputs.back().resize(shape);
      for (double &value : inputs.back().values)
        value = low + 1.5 * std::ldexp(generator(), -32);
    }
    return inputs;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string message;
};

struct Case {
  const char *name;
  const char *arguments;
  const char *body;
  const char *type;  ///< Of the result.
  double low = 0.4;  ///< The least element of an argument.
  bool twice = true; ///< Whether the gradient can be differentiated again.
};

class GradientOf : public Gradients,
                   public testing::WithParamInterface<Case> {};

} // namespace resnetc::resnet::test

#endif // RESNETC_TEST_UNIT_RESNET_CHECKGRADIENTS_H
