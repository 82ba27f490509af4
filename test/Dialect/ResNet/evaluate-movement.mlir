// RUN: resnet-evaluate %s | FileCheck %s

// Copies, indices and resolutions on numbers that are worked out by hand.

// A mirror does not repeat the outermost element, an edge does nothing else.
// CHECK: @pads result 0: [7] = [3, 2, 1, 2, 3, 2, 1]
// CHECK: @pads result 1: [7] = [1, 1, 1, 2, 3, 3, 3]
// CHECK: @pads result 2: [7] = [2, 3, 1, 2, 3, 1, 2]
// CHECK: @pads result 3: [5] = [9, 9, 1, 2, 9]
func.func @pads() -> (tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<5xf32>) {
  %x = resnet.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %two = resnet.constant dense<2> : tensor<2xi64>
  %0 = resnet.pad %x, %two {mode = "reflect"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<7xf32>
  %1 = resnet.pad %x, %two {mode = "edge"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<7xf32>
  %2 = resnet.pad %x, %two {mode = "wrap"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<7xf32>
  %y = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %nine = resnet.constant dense<9.0> : tensor<f32>
  %by = resnet.constant dense<[2, 1]> : tensor<2xi64>
  %3 = resnet.pad %y, %by value %nine : (tensor<2xf32>, tensor<2xi64>, tensor<f32>) -> tensor<5xf32>
  return %0, %1, %2, %3 : tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<5xf32>
}

// CHECK: @copies result 0: [2x2x2] = [1, 1, 2, 2, 1, 1, 2, 2]
// CHECK: @copies result 1: [2x4] = [1, 2, 1, 2, 3, 4, 3, 4]
// CHECK: @copies result 2: [3x3] = [0, 2, 3, 0, 0, 6, 0, 0, 0]
// CHECK: @copies result 3: [3x3] = [1, 2, 0, 4, 5, 6, 7, 8, 9]
// CHECK: @copies result 4: [3x2] = [5, 2, 3, 4, 1, 6]
func.func @copies() -> (tensor<2x2x2xf32>, tensor<2x4xf32>, tensor<3x3xi64>, tensor<3x3xi64>, tensor<3x2xf32>) {
  %c = resnet.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %s = resnet.constant dense<[2, 1, 2]> : tensor<3xi64>
  %0 = resnet.expand %c, %s : (tensor<2x1xf32>, tensor<3xi64>) -> tensor<2x2x2xf32>
  %m = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %r = resnet.constant dense<[1, 2]> : tensor<2xi64>
  %1 = resnet.tile %m, %r : (tensor<2x2xf32>, tensor<2xi64>) -> tensor<2x4xf32>
  %q = resnet.constant dense<[[1, 2, 3], [4, 5, 6], [7, 8, 9]]> : tensor<3x3xi64>
  %k = resnet.constant dense<1> : tensor<i64>
  %2 = resnet.trilu %q, %k : (tensor<3x3xi64>, tensor<i64>) -> tensor<3x3xi64>
  %3 = resnet.trilu %q, %k {upper = false} : (tensor<3x3xi64>, tensor<i64>) -> tensor<3x3xi64>
  %v = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %n = resnet.constant dense<[3, 1]> : tensor<2xi64>
  %4 = resnet.reverse_sequence %v, %n : (tensor<3x2xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  return %0, %1, %2, %3, %4 : tensor<2x2x2xf32>, tensor<2x4xf32>, tensor<3x3xi64>, tensor<3x3xi64>, tensor<3x2xf32>
}

// Eight channels of a pixel: the two of the result take turns, or the first
// four are the first one.
// CHECK: @blocks result 0: [1x2x2x2] = [0, 2, 4, 6, 1, 3, 5, 7]
// CHECK: @blocks result 1: [1x2x2x2] = [0, 1, 2, 3, 4, 5, 6, 7]
// CHECK: @blocks result 2: [1x8x1x1] = [0, 1, 2, 3, 4, 5, 6, 7]
func.func @blocks() -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x8x1x1xf32>) {
  %x = resnet.constant dense<[[[[0.0]], [[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]], [[6.0]], [[7.0]]]]> : tensor<1x8x1x1xf32>
  %0 = resnet.depth_to_space %x {block = 2 : i64} : (tensor<1x8x1x1xf32>) -> tensor<1x2x2x2xf32>
  %1 = resnet.depth_to_space %x {block = 2 : i64, columns_first = true} : (tensor<1x8x1x1xf32>) -> tensor<1x2x2x2xf32>
  %2 = resnet.space_to_depth %0 {block = 2 : i64} : (tensor<1x2x2x2xf32>) -> tensor<1x8x1x1xf32>
  return %0, %1, %2 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x8x1x1xf32>
}

// CHECK: @indices result 0: [2x1] = [2, 3]
// CHECK: @indices result 1: [2] = [2, 3]
// CHECK: @indices result 2: [1x2] = [3, 4]
// CHECK: @indices result 3: [3] = [1, 3, 0]
// CHECK: @indices result 4: [2] = [2, 0]
// CHECK: @indices result 5: [2x3] = [0, 1, 1, 1, 0, 1]
func.func @indices() -> (tensor<2x1xf32>, tensor<2xf32>, tensor<1x2xf32>, tensor<3xi64>, tensor<2xi64>, tensor<2x3xi64>) {
  %x = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %i = resnet.constant dense<[[-1], [0]]> : tensor<2x1xi64>
  %0 = resnet.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2x1xi64>) -> tensor<2x1xf32>
  %1 = resnet.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<2x2xf32>, tensor<2x1xi64>) -> tensor<2xf32>
  %j = resnet.constant dense<1> : tensor<1x1xi64>
  %2 = resnet.gather_nd %x, %j : (tensor<2x2xf32>, tensor<1x1xi64>) -> tensor<1x2xf32>
  %v = resnet.constant dense<[5.0, 8.0, 2.0, 8.0]> : tensor<4xf32>
  %three = resnet.constant dense<3> : tensor<1xi64>
  %3 = resnet.top_k %v, %three : (tensor<4xf32>, tensor<1xi64>) -> tensor<3xi64>
  %two = resnet.constant dense<2> : tensor<1xi64>
  %4 = resnet.top_k %v, %two {largest = false} : (tensor<4xf32>, tensor<1xi64>) -> tensor<2xi64>
  %z = resnet.constant dense<[[0, 7], [7, 7]]> : tensor<2x2xi64>
  %5 = resnet.non_zero %z : (tensor<2x2xi64>) -> tensor<2x3xi64>
  return %0, %1, %2, %3, %4, %5 : tensor<2x1xf32>, tensor<2xf32>, tensor<1x2xf32>, tensor<3xi64>, tensor<2xi64>, tensor<2x3xi64>
}

// The last index is out of range.
// CHECK: @generators result 0: [3x3] = [2, 5, 2, 2, 2, 5, 2, 2, 2]
// CHECK: @generators result 1: [2x3] = [0, 1, 0, 0, 0, 1]
// CHECK: @generators result 2: [3] = [10, 7, 4]
func.func @generators() -> (tensor<3x3xf32>, tensor<2x3xf32>, tensor<3xi64>) {
  %i = resnet.constant dense<[1, -1, 3]> : tensor<3xi64>
  %depth = resnet.constant dense<3> : tensor<i64>
  %values = resnet.constant dense<[2.0, 5.0]> : tensor<2xf32>
  %0 = resnet.one_hot %i, %depth, %values : (tensor<3xi64>, tensor<i64>, tensor<2xf32>) -> tensor<3x3xf32>
  %m = resnet.constant dense<0> : tensor<2x3xi64>
  %1 = resnet.eye_like %m {k = 1 : i64, to = f32} : (tensor<2x3xi64>) -> tensor<2x3xf32>
  %start = resnet.constant dense<10> : tensor<i64>
  %limit = resnet.constant dense<1> : tensor<i64>
  %delta = resnet.constant dense<-3> : tensor<i64>
  %2 = resnet.range %start, %limit, %delta : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<3xi64>
  return %0, %1, %2 : tensor<3x3xf32>, tensor<2x3xf32>, tensor<3xi64>
}

// Twice as many: at -1/4, 1/4, 3/4 and 5/4; or at 0, 1/3, 2/3 and 1, where the
// halves round down; or from 1/2 to 3/2, of which half is outside.
// CHECK: @resize result 0: [4] = [3, 4.5, 7.5, 9]
// CHECK: @resize result 1: [4] = [3, 3, 9, 9]
// CHECK: @resize result 2: [4] = [3, 5, 7, 9]
// CHECK: @resize result 3: [2] = [6, -1]
// CHECK: @resize result 4: [1] = [6]
// CHECK: @resize result 5: [1x4] = [3, 3, 9, 9]
// CHECK: @resize result 6: [1x2] = [6, -1]
func.func @resize() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1x4xf32>, tensor<1x2xf32>) {
  %x = resnet.constant dense<[3.0, 9.0]> : tensor<2xf32>
  %twice = resnet.constant dense<2.0> : tensor<1xf32>
  %four = resnet.constant dense<4> : tensor<1xi64>
  %0 = resnet.resize %x scales %twice {mode = "linear"} : (tensor<2xf32>, tensor<1xf32>) -> tensor<4xf32>
  %1 = resnet.resize %x scales %twice : (tensor<2xf32>, tensor<1xf32>) -> tensor<4xf32>
  %2 = resnet.resize %x sizes %four {coordinates = "align_corners", mode = "linear"} : (tensor<2xf32>, tensor<1xi64>) -> tensor<4xf32>
  %roi = resnet.constant dense<[0.5, 1.5]> : tensor<2xf32>
  %two = resnet.constant dense<2> : tensor<1xi64>
  %3 = resnet.resize %x roi %roi sizes %two {coordinates = "tf_crop_and_resize", extrapolation = -1.0 : f32, mode = "linear"} : (tensor<2xf32>, tensor<2xf32>, tensor<1xi64>) -> tensor<2xf32>
  %half = resnet.constant dense<0.5> : tensor<1xf32>
  %4 = resnet.resize %x scales %half {mode = "cubic"} : (tensor<2xf32>, tensor<1xf32>) -> tensor<1xf32>
  // The same of the last of two dimensions.
  %row = resnet.constant dense<[[3.0, 9.0]]> : tensor<1x2xf32>
  %5 = resnet.resize %row scales %twice {axes = array<i64: -1>} : (tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x4xf32>
  %6 = resnet.resize %row roi %roi sizes %two {axes = array<i64: 1>, coordinates = "tf_crop_and_resize", extrapolation = -1.0 : f32, mode = "linear"} : (tensor<1x2xf32>, tensor<2xf32>, tensor<1xi64>) -> tensor<1x2xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1x4xf32>, tensor<1x2xf32>
}

// Integers lose their upper bits; what is out of range otherwise is limited.
// CHECK: @cast result 0: [2] = [44, -56]
// CHECK: @cast result 1: [3] = [-1, 1, 127]
func.func @cast() -> (tensor<2xi8>, tensor<3xi8>) {
  %x = resnet.constant dense<[300, 200]> : tensor<2xi64>
  %0 = resnet.cast %x {to = i8} : (tensor<2xi64>) -> tensor<2xi8>
  %y = resnet.constant dense<[-1.9, 1.9, 1.0e9]> : tensor<3xf32>
  %1 = resnet.cast %y {to = i8} : (tensor<3xf32>) -> tensor<3xi8>
  return %0, %1 : tensor<2xi8>, tensor<3xi8>
}
