//===- GradientsTest.cpp - Gradients of functions of elements -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckGradients.h"

using namespace mlir;
using namespace resnetc::resnet;
using namespace resnetc::resnet::test;

TEST_P(GradientOf, IsLikeDifferences) {
  const Case &c = GetParam();
  func::FuncOp function = parse(c.arguments, c.body, c.type);
  ASSERT_TRUE(function);
  square(function);
  SmallVector<ReferenceTensor> inputs = inputsOf(function, c.low);
  check(function, inputs);
  if (!c.twice)
    return;
  // The gradient with respect to the first argument once more.
  returnValues(function, resultOf(function));
  check(function, inputs);
}

#define UNARY(op, ...)                                                         \
  Case {                                                                       \
    #op, "%a: tensor<2x3xf64>",                                                \
        "%y = resnet." #op " %a : (tensor<2x3xf64>) -> tensor<2x3xf64>",       \
        "2x3xf64", ##__VA_ARGS__                                               \
  }
/// Of which the left operand is broadcast in one dimension, the right one in
/// another.
#define BINARY(op, ...)                                                        \
  Case {                                                                       \
    #op, "%a: tensor<2x1x3xf64>, %b: tensor<4x1xf64>",                         \
        "%y = resnet." #op                                                     \
        " %a, %b : (tensor<2x1x3xf64>, tensor<4x1xf64>) -> tensor<2x4x3xf64>", \
        "2x4x3xf64", ##__VA_ARGS__                                             \
  }
#define REDUCE(kind)                                                           \
  Case{"reduce_" #kind, "%a: tensor<2x3x4xf64>",                               \
       "%i = resnet.constant dense<[0, -1]> : tensor<2xi64>\n"                 \
       "%y = resnet.reduce %a, %i {keepdims = false, kind = "                  \
       "#resnet.reduction<" #kind                                              \
       ">} : (tensor<2x3x4xf64>, tensor<2xi64>) -> tensor<3xf64>",             \
       "3xf64"}
#define GEMM(name, a, b, attributes)                                           \
  Case{name,                                                                   \
       "%a: tensor<" a "xf64>, %b: tensor<" b "xf64>, %c: tensor<4xf64>",      \
       "%y = resnet.gemm %a, %b, %c {alpha = 0.5 : f32, beta = 2.0 : f32, "    \
       "" attributes "} : (tensor<" a "xf64>, tensor<" b                       \
       "xf64>, tensor<4xf64>) -> tensor<2x4xf64>",                             \
       "2x4xf64"}
#define MATMUL(name, a, b, y)                                                  \
  Case{name, "%a: tensor<" a "xf64>, %b: tensor<" b "xf64>",                   \
       "%y = resnet.matmul %a, %b : (tensor<" a "xf64>, tensor<" b             \
       "xf64>) -> tensor<" y "f64>",                                           \
       y "f64"}

INSTANTIATE_TEST_SUITE_P(
    Elementwise, GradientOf,
    testing::Values(
        UNARY(relu, -0.7), UNARY(sigmoid), UNARY(abs, -0.7), UNARY(neg),
        UNARY(exp), UNARY(sqrt), UNARY(erf), UNARY(sin), UNARY(cos),
        UNARY(tanh), UNARY(softplus), UNARY(log), UNARY(reciprocal),
        UNARY(tan, -0.7), UNARY(asin, -0.75), UNARY(acos, -0.75),
        UNARY(atan, -0.7), UNARY(sinh, -0.7), UNARY(cosh, -0.7),
        UNARY(asinh, -0.7), UNARY(acosh, 1.2), UNARY(atanh, -0.75),
        UNARY(sign, -0.7), UNARY(floor, -0.7), UNARY(ceil, -0.7),
        UNARY(round, -0.7), BINARY(add), BINARY(sub), BINARY(mul), BINARY(div),
        BINARY(max), BINARY(min), BINARY(pow), BINARY(prelu, -0.7),
        Case{"elu", "%a: tensor<6xf64>",
             "%y = resnet.elu %a {alpha = 1.5 : f64} : (tensor<6xf64>) -> "
             "tensor<6xf64>",
             "6xf64", -0.7},
        Case{"leaky_relu", "%a: tensor<6xf64>",
             "%y = resnet.leaky_relu %a {alpha = 0.1 : f64} : (tensor<6xf64>) "
             "-> tensor<6xf64>",
             "6xf64", -0.7},
        Case{"where", "%a: tensor<2x1xf64>, %b: tensor<3xf64>",
             "%c = resnet.constant dense<[true, false, true]> : tensor<3xi1>\n"
             "%y = resnet.where %c, %a, %b : (tensor<3xi1>, tensor<2x1xf64>, "
             "tensor<3xf64>) -> tensor<2x3xf64>",
             "2x3xf64"},
        Case{"clip", "%a: tensor<8xf64>, %b: tensor<f64>, %c: tensor<f64>",
             "%low = resnet.sub %b, %c : (tensor<f64>, tensor<f64>) -> "
             "tensor<f64>\n"
             "%y = resnet.clip %a min %low max %c : (tensor<8xf64>, "
             "tensor<f64>, tensor<f64>) -> tensor<8xf64>",
             "8xf64", -0.7},
        Case{"cast", "%a: tensor<2xf64>",
             "%i = resnet.cast %a {to = i64} : (tensor<2xf64>) -> "
             "tensor<2xi64>\n"
             "%f = resnet.cast %i {to = f64} : (tensor<2xi64>) -> "
             "tensor<2xf64>\n"
             "%g = resnet.cast %a {to = f64} : (tensor<2xf64>) -> "
             "tensor<2xf64>\n"
             "%y = resnet.add %f, %g : (tensor<2xf64>, tensor<2xf64>) -> "
             "tensor<2xf64>",
             "2xf64"},
        // The same numbers are drawn wherever the argument is.
        Case{"dropout", "%a: tensor<2x6xf64>",
             "%n = resnet.constant dense<[4, 5]> : tensor<2xi64>\n"
             "%r = resnet.constant dense<[1, 2, 3]> : tensor<3xui32>\n"
             "%y = resnet.dropout %a example %n random %r {stream = 6 : i64} "
             ": (tensor<2x6xf64>, tensor<2xi64>, tensor<3xui32>) -> "
             "tensor<2x6xf64>",
             "2x6xf64"},
        Case{"all_reduce", "%a: tensor<3xf64>",
             "%y = resnet.all_reduce %a : (tensor<3xf64>) -> tensor<3xf64>",
             "3xf64"},
        // A batch that is not known.
        Case{"batch", "%a: tensor<?x3xf64>, %b: tensor<1x3xf64>",
             "%i = resnet.constant dense<1> : tensor<1xi64>\n"
             "%p = resnet.mul %a, %b : (tensor<?x3xf64>, tensor<1x3xf64>) -> "
             "tensor<?x3xf64>\n"
             "%y = resnet.reduce_mean %p, %i : (tensor<?x3xf64>, "
             "tensor<1xi64>) -> tensor<?x1xf64>",
             "?x1xf64"},
        // The same value several times.
        Case{"shared", "%a: tensor<2xf64>",
             "%s = resnet.mul %a, %a : (tensor<2xf64>, tensor<2xf64>) -> "
             "tensor<2xf64>\n"
             "%e = resnet.exp %s : (tensor<2xf64>) -> tensor<2xf64>\n"
             "%y = resnet.div %e, %a : (tensor<2xf64>, tensor<2xf64>) -> "
             "tensor<2xf64>",
             "2xf64"}),
    [](const auto &info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Compute, GradientOf,
    testing::Values(
        REDUCE(sum), REDUCE(max), REDUCE(min), REDUCE(l1), REDUCE(l2),
        REDUCE(sum_square), REDUCE(log_sum), REDUCE(log_sum_exp),
        Case{"reduce_all", "%a: tensor<2x3xf64>",
             "%y = resnet.reduce %a {keepdims = false, kind = "
             "#resnet.reduction<l2>} : (tensor<2x3xf64>) -> tensor<f64>",
             "f64"},
        Case{"reduce_none", "%a: tensor<2x3xf64>",
             "%y = resnet.reduce %a {kind = #resnet.reduction<max>, "
             "noop_with_empty_axes = true} : (tensor<2x3xf64>) -> "
             "tensor<2x3xf64>",
             "2x3xf64"},
        Case{"reduce_mean", "%a: tensor<2x3x4xf64>",
             "%i = resnet.constant dense<[0, 2]> : tensor<2xi64>\n"
             "%y = resnet.reduce_mean %a, %i : (tensor<2x3x4xf64>, "
             "tensor<2xi64>) -> tensor<1x3x1xf64>",
             "1x3x1xf64"},
        Case{"softmax", "%a: tensor<2x3x2xf64>",
             "%y = resnet.softmax %a {axis = -2 : i64} : (tensor<2x3x2xf64>) "
             "-> tensor<2x3x2xf64>",
             "2x3x2xf64"},
        Case{"softmax_flat", "%a: tensor<2x3x2xf64>",
             "%y = resnet.softmax %a {axis = 1 : i64, flatten = true} : "
             "(tensor<2x3x2xf64>) -> tensor<2x3x2xf64>",
             "2x3x2xf64"},
        GEMM("gemm", "2x3", "3x4", "trans_a = false"),
        GEMM("gemm_ta", "3x2", "3x4", "trans_a = true"),
        GEMM("gemm_tb", "2x3", "4x3", "trans_b = true"),
        GEMM("gemm_tab", "3x2", "4x3", "trans_a = true, trans_b = true"),
        MATMUL("matmul", "2x3", "3x4", "2x4x"),
        MATMUL("matmul_batch", "5x1x2x3", "2x3x4", "5x2x2x4x"),
        MATMUL("matmul_row", "3", "2x3x4", "2x4x"),
        MATMUL("matmul_column", "2x2x3", "3", "2x2x"),
        MATMUL("matmul_dot", "3", "3", "")),
    [](const auto &info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Movement, GradientOf,
    testing::Values(
        Case{"reshape", "%a: tensor<2x6xf64>",
             "%s = resnet.constant dense<[3, -1]> : tensor<2xi64>\n"
             "%y = resnet.reshape %a, %s : (tensor<2x6xf64>, tensor<2xi64>) -> "
             "tensor<3x4xf64>",
             "3x4xf64"},
        Case{"flatten", "%a: tensor<2x3x2xf64>",
             "%y = resnet.flatten %a {axis = 2 : i64} : (tensor<2x3x2xf64>) -> "
             "tensor<6x2xf64>",
             "6x2xf64"},
        Case{"squeeze", "%a: tensor<2x1x3xf64>",
             "%y = resnet.squeeze %a : (tensor<2x1x3xf64>) -> tensor<2x3xf64>",
             "2x3xf64"},
        Case{"unsqueeze", "%a: tensor<2x3xf64>",
             "%i = resnet.constant dense<[0, -1]> : tensor<2xi64>\n"
             "%y = resnet.unsqueeze %a, %i : (tensor<2x3xf64>, tensor<2xi64>) "
             "-> tensor<1x2x3x1xf64>",
             "1x2x3x1xf64"},
        Case{"transpose", "%a: tensor<2x3x4xf64>",
             "%y = resnet.transpose %a {perm = array<i64: 2, 0, 1>} : "
             "(tensor<2x3x4xf64>) -> tensor<4x2x3xf64>",
             "4x2x3xf64"},
        Case{"expand", "%a: tensor<3x1xf64>",
             "%s = resnet.constant dense<[2, 1, 4]> : tensor<3xi64>\n"
             "%y = resnet.expand %a, %s : (tensor<3x1xf64>, tensor<3xi64>) -> "
             "tensor<2x3x4xf64>",
             "2x3x4xf64"}),
    [](const auto &info) { return std::string(info.param.name); });

// 0^0 and 0^2 have gradients, and an exponent's may be asked for at 0.
TEST_F(Gradients, OfPowersAtZeroAreNumbers) {
  func::FuncOp function =
      parse("%a: tensor<3xf64>, %b: tensor<3xf64>",
            "%y = resnet.pow %a, %b : (tensor<3xf64>, tensor<3xf64>) -> "
            "tensor<3xf64>",
            "3xf64");
  ASSERT_TRUE(differentiate(function)) << message;
  SmallVector<ReferenceTensor> inputs = inputsOf(function, 0);
  inputs[0].values = {0, 0, 0};
  inputs[1].values = {0, 1, 2};
  auto gradients = evaluate(function, inputs);
  ASSERT_TRUE(succeeded(gradients)) << message;
  EXPECT_EQ((*gradients)[0].values, (std::vector<double>{0, 1, 0}));
  EXPECT_EQ((*gradients)[1].values, (std::vector<double>{0, 0, 0}));
}

TEST_F(Gradients, AreZeroWithoutDependence) {
  func::FuncOp function =
      parse("%a: tensor<2xf64>, %b: tensor<3xf64>",
            "%y = resnet.exp %a : (tensor<2xf64>) -> tensor<2xf64>", "2xf64");
  ASSERT_TRUE(differentiate(function)) << message;
  auto gradients = evaluate(function, inputsOf(function, 0));
  ASSERT_TRUE(succeeded(gradients)) << message;
  EXPECT_EQ((*gradients)[1].values, (std::vector<double>{0, 0, 0}));
}

// With respect to what is computed, as if it were not.
TEST_F(Gradients, EndAtVariables) {
  func::FuncOp function =
      parse("%a: tensor<2xf64>",
            "%i = resnet.constant dense<0> : tensor<i64>\n"
            "%h = resnet.cumsum %a, %i : (tensor<2xf64>, tensor<i64>) -> "
            "tensor<2xf64>\n"
            "%y = resnet.mul %h, %a : (tensor<2xf64>, tensor<2xf64>) -> "
            "tensor<2xf64>",
            "2xf64");
  Operation *sum = resultOf(function).getDefiningOp()->getPrevNode();
  OpBuilder builder(function.getBody().front().getTerminator());
  Value a = function.getArgument(0), h = sum->getResult(0);
  auto gradients =
      buildGradients(builder, function.getLoc(), resultOf(function), {h, a});
  ASSERT_TRUE(succeeded(gradients)) << message;
  returnValues(function, *gradients);
  SmallVector<ReferenceTensor> inputs = inputsOf(function, 0.5);
  auto results = evaluate(function, inputs);
  ASSERT_TRUE(succeeded(results)) << message;
  EXPECT_EQ((*results)[0].values, inputs[0].values);
  EXPECT_EQ((*results)[1].values[1], inputs[0].values[0] + inputs[0].values[1]);
}

// At the same value for two variables, one of which y depends on besides.
TEST_F(Gradients, AreTakenAtOtherValues) {
  func::FuncOp function = parse(
      "%a: tensor<f64>, %b: tensor<f64>, %c: tensor<f64>",
      "%s = resnet.mul %a, %c : (tensor<f64>, tensor<f64>) -> tensor<f64>\n"
      "%t = resnet.mul %s, %b : (tensor<f64>, tensor<f64>) -> tensor<f64>\n"
      "%y = resnet.mul %t, %b : (tensor<f64>, tensor<f64>) -> tensor<f64>",
      "f64");
  OpBuilder builder(function.getBody().front().getTerminator());
  Value a = function.getArgument(0), b = function.getArgument(1),
        c = function.getArgument(2);
  // a c b^2 at a = b = c.
  auto gradients = buildGradientsAt(builder, function.getLoc(),
                                    resultOf(function), {a, b}, {c, c});
  ASSERT_TRUE(succeeded(gradients)) << message;
  returnValues(function, *gradients);
  SmallVector<ReferenceTensor> inputs = inputsOf(function, 0.5);
  inputs[2].values = {3};
  auto results = evaluate(function, inputs);
  ASSERT_TRUE(succeeded(results)) << message;
  EXPECT_EQ((*results)[0].values.front(), 27);
  EXPECT_EQ((*results)[1].values.front(), 54);
}

TEST_F(Gradients, ReportAllThatHaveNone) {
  func::FuncOp function =
      parse("%a: tensor<2xf64>",
            "%i = resnet.constant dense<0> : tensor<i64>\n"
            "%t = resnet.hardmax %a : (tensor<2xf64>) -> tensor<2xf64>\n"
            "%c = resnet.cumsum %a, %i : (tensor<2xf64>, tensor<i64>) -> "
            "tensor<2xf64>\n"
            "%y = resnet.add %t, %c : (tensor<2xf64>, tensor<2xf64>) -> "
            "tensor<2xf64>",
            "2xf64");
  ASSERT_TRUE(function);
  EXPECT_FALSE(differentiate(function));
  EXPECT_EQ(message, "has no gradient\nhas no gradient\n");
}
