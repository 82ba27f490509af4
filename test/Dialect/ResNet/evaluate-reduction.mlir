// RUN: resnet-evaluate %s | FileCheck %s

// The reference evaluator on reductions, worked out by hand.

// CHECK: @kinds result 0: [2] = [-1, 5]
// CHECK: @kinds result 1: [2] = [-12, 0]
// CHECK: @kinds result 2: [2] = [3, 5]
// CHECK: @kinds result 3: [2] = [-4, 0]
// CHECK: @kinds result 4: [2] = [7, 5]
// CHECK: @kinds result 5: [2] = [5, 5]
// CHECK: @kinds result 6: [2] = [25, 25]
func.func @kinds() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %x = resnet.constant dense<[[3.0, -4.0], [0.0, 5.0]]> : tensor<2x2xf32>
  %axis = resnet.constant dense<-1> : tensor<1xi64>
  %0 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<sum>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %1 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<prod>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %2 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<max>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %3 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<min>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %4 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<l1>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %5 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<l2>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %6 = resnet.reduce %x, %axis {keepdims = false, kind = #resnet.reduction<sum_square>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// The logarithm of what would overflow; of all axes, and of none.
// CHECK: @logarithms result 0: [2x1] = [0, 0]
// CHECK: @logarithms result 1: [2] = [1000, -1000]
// CHECK: @logarithms result 2: [] = [2]
// CHECK: @logarithms result 3: [2x2] = [0.25, 0.75, 0.5, 0.5]
func.func @logarithms() -> (tensor<2x1xf32>, tensor<2xf32>, tensor<f32>, tensor<2x2xf32>) {
  %x = resnet.constant dense<[[0.25, 0.75], [0.5, 0.5]]> : tensor<2x2xf32>
  %large = resnet.constant dense<[[1000.0], [-1000.0]]> : tensor<2x1xf32>
  %axis = resnet.constant dense<1> : tensor<1xi64>
  %none = resnet.constant dense<> : tensor<0xi64>
  %0 = resnet.reduce %x, %axis {kind = #resnet.reduction<log_sum>} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %1 = resnet.reduce %large, %axis {keepdims = false, kind = #resnet.reduction<log_sum_exp>} : (tensor<2x1xf32>, tensor<1xi64>) -> tensor<2xf32>
  %2 = resnet.reduce %x, %none {keepdims = false, kind = #resnet.reduction<sum>} : (tensor<2x2xf32>, tensor<0xi64>) -> tensor<f32>
  %3 = resnet.reduce %x, %none {noop_with_empty_axes = true, kind = #resnet.reduction<sum>} : (tensor<2x2xf32>, tensor<0xi64>) -> tensor<2x2xf32>
  return %0, %1, %2, %3 : tensor<2x1xf32>, tensor<2xf32>, tensor<f32>, tensor<2x2xf32>
}

// The mean of integers is rounded towards zero.
// CHECK: @mean result 0: [2] = [1, -1]
func.func @mean() -> tensor<2xi32> {
  %x = resnet.constant dense<[[1, 2], [-1, -2]]> : tensor<2x2xi32>
  %axis = resnet.constant dense<1> : tensor<1xi64>
  %0 = resnet.reduce_mean %x, %axis {keepdims = false} : (tensor<2x2xi32>, tensor<1xi64>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// CHECK: @extremes result 0: [2] = [1, 0]
// CHECK: @extremes result 1: [2] = [2, 0]
// CHECK: @extremes result 2: [2x1] = [0, 1]
// CHECK: @extremes result 3: [2x1] = [0, 2]
// CHECK: @extremes result 4: [2x3] = [0, 1, 0, 1, 0, 0]
// CHECK: @extremes result 5: [2x3] = [0, 1, 0, 0, 0, 0]
func.func @extremes() -> (tensor<2xi64>, tensor<2xi64>, tensor<2x1xi64>, tensor<2x1xi64>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %x = resnet.constant dense<[[1.0, 3.0, 3.0], [2.0, 0.0, 0.0]]> : tensor<2x3xf32>
  %0 = resnet.arg_max %x {axis = 1 : i64, keepdims = false} : (tensor<2x3xf32>) -> tensor<2xi64>
  %1 = resnet.arg_max %x {axis = -1 : i64, keepdims = false, select_last_index = true} : (tensor<2x3xf32>) -> tensor<2xi64>
  %2 = resnet.arg_min %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  %3 = resnet.arg_min %x {axis = 1 : i64, select_last_index = true} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  %4 = resnet.hardmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %5 = resnet.hardmax %x {axis = 0 : i64, flatten = true} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<2xi64>, tensor<2xi64>, tensor<2x1xi64>, tensor<2x1xi64>, tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK: @sums result 0: [3] = [1, 3, 6]
// CHECK: @sums result 1: [3] = [0, 1, 3]
// CHECK: @sums result 2: [3] = [6, 5, 3]
// CHECK: @sums result 3: [3] = [5, 3, 0]
func.func @sums() -> (tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>) {
  %x = resnet.constant dense<[1, 2, 3]> : tensor<3xi32>
  %axis = resnet.constant dense<0> : tensor<i64>
  %0 = resnet.cumsum %x, %axis : (tensor<3xi32>, tensor<i64>) -> tensor<3xi32>
  %1 = resnet.cumsum %x, %axis {exclusive = true} : (tensor<3xi32>, tensor<i64>) -> tensor<3xi32>
  %2 = resnet.cumsum %x, %axis {reverse = true} : (tensor<3xi32>, tensor<i64>) -> tensor<3xi32>
  %3 = resnet.cumsum %x, %axis {exclusive = true, reverse = true} : (tensor<3xi32>, tensor<i64>) -> tensor<3xi32>
  return %0, %1, %2, %3 : tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>
}

// Two, three and two channels: 1 / (2 + 2), 1 / (2 + 3), 1 / (2 + 2). Of two
// channels, the one behind counts and none before.
// CHECK: @lrn result 0: [1x3x1] = [0.25, 0.2, 0.25]
// CHECK: @lrn result 1: [1x3x1] = [0.25, 0.25, 0.5]
func.func @lrn() -> (tensor<1x3x1xf32>, tensor<1x3x1xf32>) {
  %x = resnet.constant dense<1.0> : tensor<1x3x1xf32>
  %0 = resnet.lrn %x {size = 3 : i64, alpha = 3.0 : f32, beta = 1.0 : f32, bias = 2.0 : f32} : (tensor<1x3x1xf32>) -> tensor<1x3x1xf32>
  %1 = resnet.lrn %x {size = 2 : i64, alpha = 4.0 : f32, beta = 1.0 : f32, bias = 0.0 : f32} : (tensor<1x3x1xf32>) -> tensor<1x3x1xf32>
  return %0, %1 : tensor<1x3x1xf32>, tensor<1x3x1xf32>
}

// CHECK: @classes result 0: [2] = [3, 4]
// CHECK: @classes result 1: [2] = [0, 4]
// CHECK: @classes result 2: [2] = [30, 10]
func.func @classes() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %x = resnet.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %weight = resnet.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %target = resnet.constant dense<[2, 0]> : tensor<2xi64>
  %0 = resnet.pick_class %x, %target : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2xf32>
  %1 = resnet.pick_class %x, %target {ignore_index = 2 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2xf32>
  %2 = resnet.pick_class %weight, %target : (tensor<3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
