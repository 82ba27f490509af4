//===- GradientsOfLayersTest.cpp - Gradients of what networks are made of -===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On a batch that is not known. Strides do not divide, pads are not symmetric.
//
//===----------------------------------------------------------------------===//

#include "CheckGradients.h"

using namespace mlir;
using namespace resnetc::resnet;
using namespace resnetc::resnet::test;

static std::string nameOf(const testing::TestParamInfo<Case> &info) {
  return info.param.name;
}

/// `y = resnet.<op> <operands> <attributes> : (<types>) -> tensor<<result>>`.
#define OP(op, operands, attributes, types, result)                            \
  "%y = resnet." op " " operands " {" attributes "} : (" types                 \
  ") -> tensor<" result ">"
#define ON_ONE(name, op, attributes, type, result, ...)                        \
  Case {                                                                       \
    name, "%a: tensor<" type ">",                                              \
        OP(op, "%a", attributes, "tensor<" type ">", result), result,          \
        ##__VA_ARGS__                                                          \
  }
#define ON_TWO(name, op, attributes, a, b, result, ...)                        \
  Case {                                                                       \
    name, "%a: tensor<" a ">, %b: tensor<" b ">",                              \
        OP(op, "%a, %b", attributes, "tensor<" a ">, tensor<" b ">", result),  \
        result, ##__VA_ARGS__                                                  \
  }

INSTANTIATE_TEST_SUITE_P(
    Convolutions, GradientOf,
    testing::Values(
        ON_TWO("conv_1d", "conv",
               "dilations = array<i64: 1>, pads = array<i64: 0, 1>, strides = "
               "array<i64: 3>",
               "?x2x8xf64", "3x2x2xf64", "?x3x3xf64"),
        Case{"conv_2d",
             "%a: tensor<?x4x5x4xf64>, %b: tensor<6x2x3x2xf64>, %c: "
             "tensor<6xf64>, %d: tensor<?x6x3x3xf64>",
             OP("conv", "%a, %b bias %c residual %d",
                "activation = #resnet.activation<relu>, dilations = array<i64: "
                "1, 2>, group = 2 : i64, pads = array<i64: 1, 0, 2, 1>, "
                "strides = array<i64: 2, 1>",
                "tensor<?x4x5x4xf64>, tensor<6x2x3x2xf64>, tensor<6xf64>, "
                "tensor<?x6x3x3xf64>",
                "?x6x3x3xf64"),
             "?x6x3x3xf64", -0.7},
        ON_TWO("conv_3d", "conv",
               "dilations = array<i64: 1, 1, 1>, group = 2 : i64, pads = "
               "array<i64: 0, 1, 0, 1, 0, 0>, strides = array<i64: 1, 2, 1>",
               "?x2x3x4x3xf64", "2x1x2x2x2xf64", "?x2x3x2x2xf64"),
        ON_TWO("conv_transpose_1d", "conv_transpose",
               "dilations = array<i64: 1>, output_padding = array<i64: 2>, "
               "pads = array<i64: 2, 1>, strides = array<i64: 3>",
               "?x2x3xf64", "2x1x4xf64", "?x1x9xf64"),
        Case{"conv_transpose_2d",
             "%a: tensor<?x4x2x3xf64>, %b: tensor<4x3x3x2xf64>, %c: "
             "tensor<6xf64>",
             OP("conv_transpose", "%a, %b bias %c",
                "dilations = array<i64: 1, 2>, group = 2 : i64, output_padding "
                "= array<i64: 1, 1>, pads = array<i64: 1, -1, 0, 0>, strides = "
                "array<i64: 2, 3>",
                "tensor<?x4x2x3xf64>, tensor<4x3x3x2xf64>, tensor<6xf64>",
                "?x6x5x11xf64"),
             "?x6x5x11xf64"},
        ON_TWO("conv_filter_gradient", "conv_filter_gradient",
               "dilations = array<i64: 2, 1>, group = 2 : i64, kernel_shape = "
               "array<i64: 2, 3>, pads = array<i64: 1, 0, 0, 2>, strides = "
               "array<i64: 1, 3>",
               "?x4x4x6xf64", "?x2x3x2xf64", "2x2x2x3xf64")),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Pools, GradientOf,
    testing::Values(
        ON_ONE("max_pool_1d", "max_pool",
               "dilations = array<i64: 2>, kernel_shape = array<i64: 3>, pads "
               "= array<i64: 1, 0>, strides = array<i64: 2>",
               "?x2x9xf64", "?x2x3xf64", 0.4, false),
        ON_ONE("max_pool_2d", "max_pool",
               "dilations = array<i64: 1, 2>, kernel_shape = array<i64: 3, 2>, "
               "pads = array<i64: 1, 0, 1, 1>, strides = array<i64: 2, 2>",
               "?x2x5x6xf64", "?x2x3x3xf64", -0.7, false),
        ON_ONE("max_pool_ceil", "max_pool",
               "ceil_mode = true, kernel_shape = array<i64: 2, 2>, strides = "
               "array<i64: 2, 2>",
               "?x1x6x5xf64", "?x1x3x3xf64", 0.4, false),
        ON_ONE("max_pool_3d", "max_pool",
               "dilations = array<i64: 1, 1, 1>, kernel_shape = array<i64: 2, "
               "1, 2>, pads = array<i64: 0, 0, 1, 1, 0, 0>, strides = "
               "array<i64: 2, 3, 1>",
               "?x1x4x5x3xf64", "?x1x2x2x3xf64", 0.4, false),
        ON_ONE("avg_pool_1d", "avg_pool",
               "dilations = array<i64: 2>, kernel_shape = array<i64: 3>, pads "
               "= array<i64: 1, 2>, strides = array<i64: 2>",
               "?x2x6xf64", "?x2x3xf64"),
        ON_ONE("avg_pool_2d", "avg_pool",
               "ceil_mode = true, count_include_pad = true, kernel_shape = "
               "array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 0>, strides = "
               "array<i64: 2, 2>",
               "?x1x5x5xf64", "?x1x3x3xf64"),
        ON_ONE("avg_pool_3d", "avg_pool",
               "dilations = array<i64: 1, 1, 1>, kernel_shape = array<i64: 2, "
               "1, 2>, pads = array<i64: 0, 0, 1, 1, 0, 0>, strides = "
               "array<i64: 2, 3, 1>",
               "?x1x4x5x3xf64", "?x1x2x2x3xf64"),
        ON_ONE("avg_pool_gradient", "avg_pool_gradient",
               "input_shape = array<i64: 5, 4>, kernel_shape = array<i64: 2, "
               "3>, pads = array<i64: 0, 1, 1, 1>, strides = array<i64: 3, 2>",
               "?x2x2x2xf64", "?x2x5x4xf64"),
        ON_ONE("global_avg_pool", "global_avg_pool", "", "?x3x2x4xf64",
               "?x3x1x1xf64")),
    nameOf);

#define NORMALIZE(type)                                                        \
  OP("batch_norm", "%a, %b, %c, %d, %e", "epsilon = 0.01 : f32",               \
     "tensor<" type ">, tensor<3xf64>, tensor<3xf64>, tensor<3xf64>, "         \
     "tensor<3xf64>",                                                          \
     type)

INSTANTIATE_TEST_SUITE_P(
    Normalizations, GradientOf,
    testing::Values(
        Case{"batch_norm",
             "%a: tensor<?x3x2x2xf64>, %b: tensor<3xf64>, %c: tensor<3xf64>, "
             "%d: tensor<3xf64>, %e: tensor<3xf64>",
             NORMALIZE("?x3x2x2xf64"), "?x3x2x2xf64"},
        Case{"batch_norm_of_vectors",
             "%a: tensor<?x3xf64>, %b: tensor<3xf64>, %c: tensor<3xf64>, %d: "
             "tensor<3xf64>, %e: tensor<3xf64>",
             NORMALIZE("?x3xf64"), "?x3xf64"},
        // In training form, by way of the statistics, too.
        Case{"batch_norm_in_training",
             "%a: tensor<?x3x2x2xf64>, %b: tensor<3xf64>, %c: tensor<3xf64>",
             "%d, %e = resnet.batch_statistics %a : (tensor<?x3x2x2xf64>) -> "
             "(tensor<3xf64>, tensor<3xf64>)\n" NORMALIZE("?x3x2x2xf64"),
             "?x3x2x2xf64"},
        Case{"batch_norm_of_signals_in_training",
             "%a: tensor<?x3x4xf64>, %b: tensor<3xf64>, %c: tensor<3xf64>",
             "%d, %e = resnet.batch_statistics %a : (tensor<?x3x4xf64>) -> "
             "(tensor<3xf64>, tensor<3xf64>)\n" NORMALIZE("?x3x4xf64"),
             "?x3x4xf64"},
        // A running average, of the unbiased variance.
        Case{"running_variance", "%a: tensor<?x3x2xf64>",
             "%m, %v = resnet.batch_statistics %a : (tensor<?x3x2xf64>) -> "
             "(tensor<3xf64>, tensor<3xf64>)\n"
             "%s = resnet.batch_size %a : (tensor<?x3x2xf64>) -> tensor<f64>\n"
             "%y = resnet.mul %v, %s : (tensor<3xf64>, tensor<f64>) -> "
             "tensor<3xf64>",
             "3xf64"},
        Case{"channel_sums",
             "%a: tensor<?x3x2xf64>, %b: tensor<?x3x2xf64>, %c: tensor<3xf64>",
             "%s, %d = resnet.channel_sums %a, %b, %c : (tensor<?x3x2xf64>, "
             "tensor<?x3x2xf64>, tensor<3xf64>) -> (tensor<3xf64>, "
             "tensor<3xf64>)\n"
             "%y = resnet.mul %s, %d : (tensor<3xf64>, tensor<3xf64>) -> "
             "tensor<3xf64>",
             "3xf64"}),
    nameOf);

/// `%i` and what follows it as constants.
#define INDICES(name, size, values)                                            \
  "%" name " = resnet.constant dense<[" values "]> : tensor<" size "xi64>\n"

INSTANTIATE_TEST_SUITE_P(
    Parts, GradientOf,
    testing::Values(
        ON_TWO("concat", "concat", "axis = -2 : i64", "?x2x3xf64", "?x4x3xf64",
               "?x6x3xf64"),
        Case{"slice", "%a: tensor<?x5x6x2xf64>",
             // All examples, backward to the first and in steps; one axis is
             // kept.
             INDICES("s", "4", "0, 3, -5, 0") INDICES(
                 "e", "4", "9223372036854775807, -9223372036854775807, 100, 2")
                 INDICES("x", "4", "0, 1, -2, 3") INDICES("p", "4",
                                                          "1, -2, 2, 1")
                     OP("slice", "%a, %s, %e axes %x steps %p", "",
                        "tensor<?x5x6x2xf64>, tensor<4xi64>, tensor<4xi64>, "
                        "tensor<4xi64>, tensor<4xi64>",
                        "?x2x3x2xf64"),
             "?x2x3x2xf64"},
        ON_ONE("insert_slice", "insert_slice",
               "axes = array<i64: 1, -1>, starts = array<i64: 2, 1>, steps = "
               "array<i64: -2, 3>, sizes = array<i64: 3, 8>",
               "?x2x4x3xf64", "?x3x4x8xf64"),
        Case{"pad", "%a: tensor<?x2x5xf64>, %b: tensor<f64>",
             INDICES("p", "4", "1, -1, 0, 2") INDICES("x", "2", "1, -1")
                 OP("pad", "%a, %p value %b axes %x", "",
                    "tensor<?x2x5xf64>, tensor<4xi64>, tensor<f64>, "
                    "tensor<2xi64>",
                    "?x3x6xf64"),
             "?x3x6xf64"},
        Case{"mean_of_batch", "%a: tensor<?x3xf64>",
             OP("reduce_mean", "%a", "keepdims = false", "tensor<?x3xf64>",
                "f64"),
             "f64"},
        Case{"sum_of_batch", "%a: tensor<?x3x2xf64>",
             INDICES("i", "2", "0, 2")
                 OP("reduce", "%a, %i",
                    "keepdims = false, kind = #resnet.reduction<sum>",
                    "tensor<?x3x2xf64>, tensor<2xi64>", "3xf64"),
             "3xf64"},
        Case{"log_sum_of_planes", "%a: tensor<?x3x2xf64>",
             INDICES("i", "1", "2")
                 OP("reduce", "%a, %i", "kind = #resnet.reduction<log_sum>",
                    "tensor<?x3x2xf64>, tensor<1xi64>", "?x3x1xf64"),
             "?x3x1xf64"},
        ON_ONE("flatten_examples", "flatten", "axis = 1 : i64", "?x3x2xf64",
               "?x6xf64")),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Sampling, GradientOf,
    testing::Values(
        Case{"resize_nearest", "%a: tensor<?x2x3x4xf64>",
             "%s = resnet.constant dense<[1.0, 1.0, 2.0, 1.5]> : "
             "tensor<4xf32>\n" OP("resize", "%a scales %s", "",
                                  "tensor<?x2x3x4xf64>, tensor<4xf32>",
                                  "?x2x6x6xf64"),
             "?x2x6x6xf64"},
        Case{"resize_linear", "%a: tensor<?x1x3x5xf64>",
             INDICES("s", "2", "7, 3")
                 OP("resize", "%a sizes %s",
                    "axes = array<i64: 2, -1>, mode = \"linear\"",
                    "tensor<?x1x3x5xf64>, tensor<2xi64>", "?x1x7x3xf64"),
             "?x1x7x3xf64"},
        Case{"resize_corners", "%a: tensor<?x2x3xf64>",
             "%s = resnet.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32>\n" OP(
                 "resize", "%a scales %s",
                 "coordinates = \"align_corners\", mode = \"linear\"",
                 "tensor<?x2x3xf64>, tensor<3xf32>", "?x2x6xf64"),
             "?x2x6xf64"},
        Case{"resize_cubic", "%a: tensor<?x1x4x5xf64>",
             INDICES("s", "2", "6, 8")
                 OP("resize", "%a sizes %s",
                    "axes = array<i64: 2, 3>, coordinates = \"asymmetric\", "
                    "exclude_outside = true, mode = \"cubic\"",
                    "tensor<?x1x4x5xf64>, tensor<2xi64>", "?x1x6x8xf64"),
             "?x1x6x8xf64"},
        // A part of the image, and what is beside it.
        Case{"resize_region", "%a: tensor<?x1x4x5xf64>",
             "%r = resnet.constant dense<[0.25, -0.5, 0.75, 1.25]> : "
             "tensor<4xf32>\n" INDICES("s", "2", "3, 6")
                 OP("resize", "%a roi %r sizes %s",
                    "axes = array<i64: 2, 3>, coordinates = "
                    "\"tf_crop_and_resize\", extrapolation = 2.0 : f32, mode "
                    "= \"linear\"",
                    "tensor<?x1x4x5xf64>, tensor<4xf32>, tensor<2xi64>",
                    "?x1x3x6xf64"),
             "?x1x3x6xf64"},
        Case{"gather_one", "%a: tensor<?x3x2xf64>",
             "%i = resnet.constant dense<-1> : tensor<i64>\n" OP(
                 "gather", "%a, %i", "axis = 1 : i64",
                 "tensor<?x3x2xf64>, tensor<i64>", "?x2xf64"),
             "?x2xf64"},
        Case{"gather_steps", "%a: tensor<?x5xf64>",
             INDICES("i", "3", "4, -3, 0")
                 OP("gather", "%a, %i", "axis = -1 : i64",
                    "tensor<?x5xf64>, tensor<3xi64>", "?x3xf64"),
             "?x3xf64"},
        Case{"gather_permutation", "%a: tensor<?x4x2xf64>",
             INDICES("i", "4", "2, 0, 3, 1")
                 OP("gather", "%a, %i", "axis = 1 : i64",
                    "tensor<?x4x2xf64>, tensor<4xi64>", "?x4x2xf64"),
             "?x4x2xf64"},
        Case{"gather_several_times", "%a: tensor<?x4x2xf64>",
             INDICES("i", "4", "2, 0, 2, -1")
                 OP("gather", "%a, %i", "axis = 1 : i64",
                    "tensor<?x4x2xf64>, tensor<4xi64>", "?x4x2xf64"),
             "?x4x2xf64"}),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Copies, GradientOf,
    testing::Values(
        Case{"tile", "%a: tensor<?x2x3xf64>",
             INDICES("r", "3", "1, 3, 2")
                 OP("tile", "%a, %r", "", "tensor<?x2x3xf64>, tensor<3xi64>",
                    "?x6x6xf64"),
             "?x6x6xf64"},
        ON_ONE("depth_to_space", "depth_to_space", "block = 2 : i64",
               "?x8x3x2xf64", "?x2x6x4xf64"),
        ON_ONE("depth_to_space_by_columns", "depth_to_space",
               "block = 2 : i64, columns_first = true", "?x8x3x2xf64",
               "?x2x6x4xf64"),
        ON_ONE("space_to_depth", "space_to_depth", "block = 2 : i64",
               "?x2x6x4xf64", "?x8x3x2xf64"),
        ON_ONE("trilu", "trilu", "upper = false", "?x3x4xf64", "?x3x4xf64")),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Channels, GradientOf,
    testing::Values(
        // Of more channels before each than behind, and of images.
        ON_ONE("lrn", "lrn",
               "alpha = 0.5 : f32, beta = 0.75 : f32, bias = 2.0 : f32, size = "
               "4 : i64",
               "?x6x2x1xf64", "?x6x2x1xf64"),
        ON_ONE("lrn_of_vectors", "lrn", "alpha = 0.5 : f32, size = 3 : i64",
               "?x2xf64", "?x2xf64"),
        Case{"pick_class", "%a: tensor<2x4x3xf64>, %b: tensor<4xf64>",
             "%t = resnet.constant dense<[[3, 0, 1], [0, 0, 7]]> : "
             "tensor<2x3xi64>\n"
             "%p = resnet.pick_class %a, %t {ignore_index = 7 : i64} : "
             "(tensor<2x4x3xf64>, tensor<2x3xi64>) -> tensor<2x3xf64>\n"
             "%w = resnet.pick_class %b, %t {ignore_index = 7 : i64} : "
             "(tensor<4xf64>, tensor<2x3xi64>) -> tensor<2x3xf64>\n"
             "%y = resnet.mul %p, %w : (tensor<2x3xf64>, tensor<2x3xf64>) -> "
             "tensor<2x3xf64>",
             "2x3xf64"},
        // The ignored one is a class.
        Case{"pick_class_of_vectors", "%a: tensor<3x4xf64>",
             INDICES("t", "3", "3, 1, 0")
                 OP("pick_class", "%a, %t", "ignore_index = 1 : i64",
                    "tensor<3x4xf64>, tensor<3xi64>", "3xf64"),
             "3xf64"}),
    nameOf);

// All of it: a block with batch normalization in training form, a shortcut, two
// resolutions that are joined, a classifier and its loss.
INSTANTIATE_TEST_SUITE_P(
    Networks, GradientOf,
    testing::Values(Case{
        "classifier",
        "%x: tensor<?x2x5x5xf64>, %w: tensor<4x2x3x3xf64>, %scale: "
        "tensor<4xf64>, %offset: tensor<4xf64>, %f: tensor<3x8xf64>, %b: "
        "tensor<3xf64>",
        "%c = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>, strides = "
        "array<i64: 2, 2>} : (tensor<?x2x5x5xf64>, tensor<4x2x3x3xf64>) -> "
        "tensor<?x4x3x3xf64>\n"
        "%m, %v = resnet.batch_statistics %c : (tensor<?x4x3x3xf64>) -> "
        "(tensor<4xf64>, tensor<4xf64>)\n"
        "%n = resnet.batch_norm %c, %scale, %offset, %m, %v : "
        "(tensor<?x4x3x3xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, "
        "tensor<4xf64>) -> tensor<?x4x3x3xf64>\n"
        "%r = resnet.relu %n : (tensor<?x4x3x3xf64>) -> tensor<?x4x3x3xf64>\n"
        "%s = resnet.add %r, %c : (tensor<?x4x3x3xf64>, tensor<?x4x3x3xf64>) "
        "-> tensor<?x4x3x3xf64>\n"
        "%p = resnet.max_pool %s {kernel_shape = array<i64: 2, 2>} : "
        "(tensor<?x4x3x3xf64>) -> tensor<?x4x2x2xf64>\n"
        "%sizes = resnet.constant dense<3> : tensor<2xi64>\n"
        "%u = resnet.resize %p sizes %sizes {axes = array<i64: 2, 3>, mode = "
        "\"linear\"} : (tensor<?x4x2x2xf64>, tensor<2xi64>) -> "
        "tensor<?x4x3x3xf64>\n"
        "%j = resnet.concat %u, %s {axis = 1 : i64} : (tensor<?x4x3x3xf64>, "
        "tensor<?x4x3x3xf64>) -> tensor<?x8x3x3xf64>\n"
        "%g = resnet.global_avg_pool %j : (tensor<?x8x3x3xf64>) -> "
        "tensor<?x8x1x1xf64>\n"
        "%k = resnet.flatten %g : (tensor<?x8x1x1xf64>) -> tensor<?x8xf64>\n"
        "%l = resnet.gemm %k, %f, %b {trans_b = true} : (tensor<?x8xf64>, "
        "tensor<3x8xf64>, tensor<3xf64>) -> tensor<?x3xf64>\n"
        "%q = resnet.softmax %l {axis = 1 : i64} : (tensor<?x3xf64>) -> "
        "tensor<?x3xf64>\n"
        "%o = resnet.log %q : (tensor<?x3xf64>) -> tensor<?x3xf64>\n"
        "%y = resnet.reduce_mean %o {keepdims = false} : (tensor<?x3xf64>) -> "
        "tensor<f64>",
        "f64", -0.7, false}),
    nameOf);

namespace {

class GradientErrors : public resnetc::resnet::test::Gradients {
protected:
  /// What is said of a function that cannot be differentiated.
  std::string errorOf(StringRef arguments, StringRef body, StringRef type) {
    func::FuncOp function = parse(arguments, body, type);
    EXPECT_TRUE(function);
    EXPECT_FALSE(differentiate(function));
    return message;
  }
};

} // namespace

TEST_F(GradientErrors, AutoPad) {
  EXPECT_EQ(errorOf("%a: tensor<?x2x4x4xf64>",
                    OP("max_pool", "%a",
                       "auto_pad = \"SAME_UPPER\", kernel_shape = array<i64: "
                       "2, 2>",
                       "tensor<?x2x4x4xf64>", "?x2x4x4xf64"),
                    "?x2x4x4xf64"),
            "cannot be differentiated: auto_pad is not resolved\n");
}

TEST_F(GradientErrors, UnknownPlane) {
  EXPECT_EQ(errorOf("%a: tensor<?x2x?xf64>, %b: tensor<2x2x3xf64>",
                    OP("conv", "%a, %b",
                       "dilations = array<i64: 1>, pads = array<i64: 0, 0>, "
                       "strides = array<i64: 1>",
                       "tensor<?x2x?xf64>, tensor<2x2x3xf64>", "?x2x?xf64"),
                    "?x2x?xf64"),
            "cannot be differentiated: spatial sizes are not known\n");
}

TEST_F(GradientErrors, UnknownBounds) {
  EXPECT_EQ(errorOf("%a: tensor<?x2x6xf64>, %s: tensor<3xi64>",
                    OP("slice", "%a, %s, %s", "",
                       "tensor<?x2x6xf64>, tensor<3xi64>, tensor<3xi64>",
                       "?x?x?xf64"),
                    "?x?x?xf64"),
            "cannot be differentiated: its bounds are not known\n");
}

TEST_F(GradientErrors, MixedTypes) {
  EXPECT_EQ(errorOf("%a: tensor<?x2xf64>, %b: tensor<2xf32>",
                    OP("batch_norm", "%a, %b, %b, %b, %b", "",
                       "tensor<?x2xf64>, tensor<2xf32>, tensor<2xf32>, "
                       "tensor<2xf32>, tensor<2xf32>",
                       "?x2xf64"),
                    "?x2xf64"),
            "cannot be differentiated: its parameters are not of the input's "
            "type\n");
}

TEST_F(GradientErrors, UnknownIndices) {
  EXPECT_EQ(errorOf("%a: tensor<?x6xf64>, %i: tensor<3xi64>",
                    OP("gather", "%a, %i", "axis = 1 : i64",
                       "tensor<?x6xf64>, tensor<3xi64>", "?x3xf64"),
                    "?x3xf64"),
            "cannot be differentiated: its indices are not known\n");
}

TEST_F(GradientErrors, PadMode) {
  EXPECT_EQ(errorOf("%a: tensor<?x4xf64>",
                    INDICES("p", "4", "0, 1, 0, 1")
                        OP("pad", "%a, %p", "mode = \"reflect\"",
                           "tensor<?x4xf64>, tensor<4xi64>", "?x6xf64"),
                    "?x6xf64"),
            "cannot be differentiated: its mode is 'reflect'\n");
}
