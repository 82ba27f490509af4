// RUN: resnet-evaluate %s | FileCheck %s

// The reference evaluator on numbers that are worked out by hand.

// The window slides, it is not turned over: 1*1 + 2*10 + 4*100 + 5*1000.
// CHECK: @conv result 0: [1x1x2x2] = [5421, 6532, 8754, 9865]
func.func @conv() -> tensor<1x1x2x2xf32> {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %w = resnet.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %y = resnet.conv %x, %w : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// Pads on the left and above only, stride 2: windows start at -1 and 1.
// [0 0; 0 1], [0 0; 2 3], [0 4; 0 7], [5 6; 8 9].
// CHECK: @conv_pads result 0: [1x1x2x2] = [1000, 3200, 7040, 9865]
func.func @conv_pads() -> tensor<1x1x2x2xf32> {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %w = resnet.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %y = resnet.conv %x, %w {pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// Dilation 2 sees the corners: 1 + 3*10 + 7*100 + 9*1000.
// CHECK: @conv_dilations result 0: [1x1x1x1] = [9731]
func.func @conv_dilations() -> tensor<1x1x1x1xf32> {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %w = resnet.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %y = resnet.conv %x, %w {dilations = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}

// Two groups of two channels: 1*1 + 2*10 and 3*100 + 4*1000; then bias,
// residual, and what is below zero is cut off: 21 + 0.5 - 100, 4300 + 0.5 + 1.
// CHECK: @conv_groups result 0: [1x2x1x1] = [0, 4301.5]
func.func @conv_groups() -> tensor<1x2x1x1xf32> {
  %x = resnet.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]> : tensor<1x4x1x1xf32>
  %w = resnet.constant dense<[[[[1.0]], [[10.0]]], [[[100.0]], [[1000.0]]]]> : tensor<2x2x1x1xf32>
  %b = resnet.constant dense<0.5> : tensor<2xf32>
  %s = resnet.constant dense<[[[[-100.0]], [[1.0]]]]> : tensor<1x2x1x1xf32>
  %y = resnet.conv %x, %w bias %b residual %s {activation = #resnet.activation<relu>, group = 2 : i64} : (tensor<1x4x1x1xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}

// 2 * (1*1 + 2*2 + 3*3) + 10 * 0.5 and 2 * (4*1 + 5*2 + 6*3) + 10 * 0.5.
// CHECK: @gemm result 0: [1x2] = [33, 69]
func.func @gemm() -> tensor<1x2xf32> {
  %a = resnet.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %b = resnet.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %c = resnet.constant dense<0.5> : tensor<1xf32>
  %y = resnet.gemm %a, %b, %c {alpha = 2.0 : f32, beta = 10.0 : f32, trans_a = true, trans_b = true} : (tensor<3x1xf32>, tensor<2x3xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// The second operand serves both matrices of the first.
// CHECK: @matmul result 0: [2x1x1] = [21, 43]
func.func @matmul() -> tensor<2x1x1xf32> {
  %a = resnet.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %b = resnet.constant dense<[[1.0], [10.0]]> : tensor<2x1xf32>
  %y = resnet.matmul %a, %b : (tensor<2x1x2xf32>, tensor<2x1xf32>) -> tensor<2x1x1xf32>
  return %y : tensor<2x1x1xf32>
}

// (x - mean) / sqrt(variance + epsilon) * scale + offset: (5 - 1) / 2 * 3 + 7
// and (6 - 2) / 4 * 5 - 1.
// CHECK: @batch_norm result 0: [1x2x1x1] = [13, 4]
func.func @batch_norm() -> tensor<1x2x1x1xf32> {
  %x = resnet.constant dense<[[[[5.0]], [[6.0]]]]> : tensor<1x2x1x1xf32>
  %scale = resnet.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %offset = resnet.constant dense<[7.0, -1.0]> : tensor<2xf32>
  %mean = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %variance = resnet.constant dense<[3.0, 15.0]> : tensor<2xf32>
  %y = resnet.batch_norm %x, %scale, %offset, %mean, %variance {epsilon = 1.0 : f32} : (tensor<1x2x1x1xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}

// The padding never wins, though all elements are below zero.
// CHECK: @max_pool result 0: [1x1x2x2] = [-1, -2, -4, -5]
func.func @max_pool() -> tensor<1x1x2x2xf32> {
  %x = resnet.constant dense<[[[[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0], [-7.0, -8.0, -9.0]]]]> : tensor<1x1x3x3xf32>
  %y = resnet.max_pool %x {kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// Divided by the elements that are there: 1, (2 + 3) / 2, (4 + 7) / 2,
// (5 + 6 + 8 + 9) / 4.
// CHECK: @avg_pool result 0: [1x1x2x2] = [1, 2.5, 5.5, 7]
func.func @avg_pool() -> tensor<1x1x2x2xf32> {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %y = resnet.avg_pool %x {kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// The same, all divided by 4.
// CHECK: @avg_pool_with_pad result 0: [1x1x2x2] = [0.25, 1.25, 2.75, 7]
func.func @avg_pool_with_pad() -> tensor<1x1x2x2xf32> {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %y = resnet.avg_pool %x {count_include_pad = true, kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// A last window that starts within: 3 alone, 6 and 9 alone; nothing beyond the
// edge is counted.
// CHECK: @avg_pool_ceil result 0: [1x1x2x2] = [3, 4.5, 7.5, 9]
func.func @avg_pool_ceil() -> tensor<1x1x2x2xf32> {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %y = resnet.avg_pool %x {ceil_mode = true, kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// CHECK: @means result 0: [1x2x1x1] = [2.5, 10]
// CHECK: @means result 1: [1x2] = [2.5, 10]
func.func @means() -> (tensor<1x2x1x1xf32>, tensor<1x2xf32>) {
  %x = resnet.constant dense<[[[[1.0, 2.0], [3.0, 4.0]], [[10.0, 10.0], [10.0, 10.0]]]]> : tensor<1x2x2x2xf32>
  %axes = resnet.constant dense<[2, -1]> : tensor<2xi64>
  %y = resnet.global_avg_pool %x : (tensor<1x2x2x2xf32>) -> tensor<1x2x1x1xf32>
  %z = resnet.reduce_mean %x, %axes {keepdims = false} : (tensor<1x2x2x2xf32>, tensor<2xi64>) -> tensor<1x2xf32>
  return %y, %z : tensor<1x2x1x1xf32>, tensor<1x2xf32>
}

// A row of one column is broadcast, and a scalar.
// CHECK: @arithmetic result 0: [2x2] = [1.5, 2.5, 2, 3]
// CHECK: @arithmetic result 1: [2x2] = [3, 6, 9, 12]
// CHECK: @arithmetic result 2: [2x2] = [2, 4, 3, 4]
func.func @arithmetic() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %x = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = resnet.constant dense<[[-0.5], [1.0]]> : tensor<2x1xf32>
  %d = resnet.constant dense<[[0.5], [1.0]]> : tensor<2x1xf32>
  %s = resnet.constant dense<3.0> : tensor<f32>
  %0 = resnet.sub %x, %c : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %1 = resnet.mul %s, %x : (tensor<f32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = resnet.div %x, %d : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// Softmax of numbers that overflow unless the largest is subtracted first.
// CHECK: @activations result 0: [3] = [0, 0, 2]
// CHECK: @activations result 1: [1] = [0.5]
// CHECK: @activations result 2: [1x3] = [0.5, 0, 0.5]
func.func @activations() -> (tensor<3xf32>, tensor<1xf32>, tensor<1x3xf32>) {
  %x = resnet.constant dense<[-1.0, 0.0, 2.0]> : tensor<3xf32>
  %0 = resnet.relu %x : (tensor<3xf32>) -> tensor<3xf32>
  %y = resnet.constant dense<0.0> : tensor<1xf32>
  %1 = resnet.sigmoid %y : (tensor<1xf32>) -> tensor<1xf32>
  %z = resnet.constant dense<[[1000.0, -1000.0, 1000.0]]> : tensor<1x3xf32>
  %2 = resnet.softmax %z {axis = -1 : i64} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<1xf32>, tensor<1x3xf32>
}

// Every other row from the last, columns 1 and 2.
// CHECK: @movement result 0: [2x2] = [8, 9, 2, 3]
// CHECK: @movement result 1: [3x2] = [1, 4, 2, 5, 3, 6]
// CHECK: @movement result 2: [1x4] = [0, 1, 2, 7]
// CHECK: @movement result 3: [4] = [3, 1, 1, 3]
// CHECK: @movement result 4: [3x1x2] = [1, 2, 3, 4, 5, 6]
func.func @movement() -> (tensor<2x2xf32>, tensor<3x2xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x1x2xf32>) {
  %x = resnet.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]> : tensor<3x3xf32>
  %starts = resnet.constant dense<[-1, 1]> : tensor<2xi64>
  %ends = resnet.constant dense<[-9, 9]> : tensor<2xi64>
  %axes = resnet.constant dense<[0, 1]> : tensor<2xi64>
  %steps = resnet.constant dense<[-2, 1]> : tensor<2xi64>
  %0 = resnet.slice %x, %starts, %ends axes %axes steps %steps : (tensor<3x3xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<2x2xf32>
  %y = resnet.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = resnet.transpose %y {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %a = resnet.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %b = resnet.constant dense<7.0> : tensor<1x1xf32>
  %c = resnet.concat %a, %b {axis = 1 : i64} : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x3xf32>
  %pads = resnet.constant dense<[0, 1, 0, 0]> : tensor<4xi64>
  %2 = resnet.pad %c, %pads : (tensor<1x3xf32>, tensor<4xi64>) -> tensor<1x4xf32>
  %v = resnet.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %i = resnet.constant dense<[2, 0, -3, -1]> : tensor<4xi64>
  %3 = resnet.gather %v, %i : (tensor<3xf32>, tensor<4xi64>) -> tensor<4xf32>
  %to = resnet.constant dense<[-1, 1, 2]> : tensor<3xi64>
  %4 = resnet.reshape %y, %to : (tensor<2x3xf32>, tensor<3xi64>) -> tensor<3x1x2xf32>
  return %0, %1, %2, %3, %4 : tensor<2x2xf32>, tensor<3x2xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x1x2xf32>
}

// 1 at (0, 0), 2 at (0, 2): their taps meet in column 2.
// CHECK: @conv_transpose result 0: [1x1x2x4] = [1, 10, 2, 20, 100, 1000, 200, 2000]
// CHECK: @conv_transpose result 1: [1x1x2x3] = [1, 12, 20, 100, 1200, 2000]
func.func @conv_transpose() -> (tensor<1x1x2x4xf32>, tensor<1x1x2x3xf32>) {
  %x = resnet.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %w = resnet.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %0 = resnet.conv_transpose %x, %w {strides = array<i64: 2, 2>}
     : (tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x4xf32>
  %1 = resnet.conv_transpose %x, %w
     : (tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x3xf32>
  return %0, %1 : tensor<1x1x2x4xf32>, tensor<1x1x2x3xf32>
}

// The largest of the four windows are 5, 6, 8 and 9; put back among zeros, each
// in its place.
// CHECK: @unpool result 0: [1x1x2x2] = [4, 5, 7, 8]
// CHECK: @unpool result 1: [1x1x2x2] = [4, 7, 5, 8]
// CHECK: @unpool result 2: [1x1x3x3] = [0, 0, 0, 0, 5, 6, 0, 8, 9]
func.func @unpool() -> (tensor<1x1x2x2xi64>, tensor<1x1x2x2xi64>, tensor<1x1x3x3xf32>) {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %0 = resnet.max_pool_indices %x {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xi64>
  %1 = resnet.max_pool_indices %x {kernel_shape = array<i64: 2, 2>, storage_order = true} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xi64>
  %p = resnet.max_pool %x {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  %2 = resnet.max_unpool %p, %0 {indexed_shape = array<i64: 1, 1, 3, 3>, output_shape = array<i64: 1, 1, 3, 3>}
     : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>) -> tensor<1x1x3x3xf32>
  return %0, %1, %2 : tensor<1x1x2x2xi64>, tensor<1x1x2x2xi64>, tensor<1x1x3x3xf32>
}

// Matrix product, trace, and row sums of 1 2; 3 4.
// CHECK: @einsum result 0: [2x2] = [7, 10, 15, 22]
// CHECK: @einsum result 1: [] = [5]
// CHECK: @einsum result 2: [2] = [3, 7]
func.func @einsum() -> (tensor<2x2xf32>, tensor<f32>, tensor<2xf32>) {
  %x = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = resnet.einsum %x, %x {labels = [array<i64: 0, 2>, array<i64: 2, 1>], rank = 2 : i64}
     : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = resnet.einsum %x {labels = [array<i64: 0, 0>], rank = 0 : i64} : (tensor<2x2xf32>) -> tensor<f32>
  %2 = resnet.einsum %x {labels = [array<i64: 0, 1>], rank = 1 : i64} : (tensor<2x2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<f32>, tensor<2xf32>
}

// Of two the even one; signs of the divisor and of the dividend; saturation is
// not theirs.
// CHECK: @math result 0: [4] = [2, -2, 2, -0]
// CHECK: @math result 1: [4] = [1, -1, 1, -1]
// CHECK: @math result 2: [4] = [2, 1, -1, -2]
// CHECK: @math result 3: [4] = [2, -2, 2, -2]
// CHECK: @math result 4: [4] = [0, 1, 0, 1]
func.func @math() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi1>) {
  %x = resnet.constant dense<[1.5, -2.5, 2.5, -0.25]> : tensor<4xf32>
  %0 = resnet.round %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = resnet.sign %x : (tensor<4xf32>) -> tensor<4xf32>
  %a = resnet.constant dense<[5, -5, 5, -5]> : tensor<4xi32>
  %b = resnet.constant dense<[3, 3, -3, -3]> : tensor<4xi32>
  %2 = resnet.mod %a, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %3 = resnet.mod %a, %b {fmod = true} : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %4 = resnet.less %x, %zero : (tensor<4xf32>, tensor<f32>) -> tensor<4xi1>
  return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi1>
}
