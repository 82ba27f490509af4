// RUN: resnet-evaluate %s | FileCheck %s

// Operations of gradients, on numbers that are worked out by hand.

// Each tap's sum over 1 2 3; 4 5 6; 7 8 9 shows in its digits what it read. A
// batch of two signals, padded in front, in steps of 2; and two groups.
// CHECK: @filters result 0: [1x1x2x2] = [5421, 6532, 8754, 9865]
// CHECK: @filters result 1: [1x1x2] = [5020, 6431]
// CHECK: @filters result 2: [2x1x1] = [21, 4300]
func.func @filters() -> (tensor<1x1x2x2xf32>, tensor<1x1x2xf32>, tensor<2x1x1xf32>) {
  %x = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %g = resnet.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %0 = resnet.conv_filter_gradient %x, %g {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %s = resnet.constant dense<[[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]]> : tensor<2x1x3xf32>
  %h = resnet.constant dense<[[[1.0, 10.0]], [[100.0, 1000.0]]]> : tensor<2x1x2xf32>
  %1 = resnet.conv_filter_gradient %s, %h {dilations = array<i64: 1>, kernel_shape = array<i64: 2>, pads = array<i64: 1, 0>, strides = array<i64: 2>}
     : (tensor<2x1x3xf32>, tensor<2x1x2xf32>) -> tensor<1x1x2xf32>
  %c = resnet.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %k = resnet.constant dense<[[[1.0, 10.0], [100.0, 1000.0]]]> : tensor<1x2x2xf32>
  %2 = resnet.conv_filter_gradient %c, %k {dilations = array<i64: 1>, group = 2 : i64, kernel_shape = array<i64: 1>, pads = array<i64: 0, 0>, strides = array<i64: 1>}
     : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<2x1x1xf32>
  return %0, %1, %2 : tensor<1x1x2x2xf32>, tensor<1x1x2xf32>, tensor<2x1x1xf32>
}

// Of equal elements the first of the window gets all, also if they are all as
// small as can be; the padding gets nothing. Of what is no number the last.
// CHECK: @largest result 0: [1x1x3x3] = [0, 11, 0, 100, 0, 1000, 0, 0, 0]
// CHECK: @largest result 1: [1x1x3] = [5, 7, 0]
// CHECK: @largest result 2: [1x1x3] = [0, 0, 5]
// CHECK: @largest result 3: [1x1x3] = [5, 0, 0]
func.func @largest() -> (tensor<1x1x3x3xf32>, tensor<1x1x3xf32>, tensor<1x1x3xf32>, tensor<1x1x3xf32>) {
  %x = resnet.constant dense<[[[[1.0, 3.0, 3.0], [3.0, 2.0, 3.0], [0.0, 3.0, 1.0]]]]> : tensor<1x1x3x3xf32>
  %g = resnet.constant dense<[[[[1.0, 10.0], [100.0, 1000.0]]]]> : tensor<1x1x2x2xf32>
  %0 = resnet.max_pool_gradient %x, %g {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x3x3xf32>
  %s = resnet.constant dense<[[[-1.0, -2.0, -3.0]]]> : tensor<1x1x3xf32>
  %h = resnet.constant dense<[[[5.0, 7.0]]]> : tensor<1x1x2xf32>
  %1 = resnet.max_pool_gradient %s, %h {dilations = array<i64: 1>, kernel_shape = array<i64: 2>, pads = array<i64: 1, 0>, strides = array<i64: 2>}
     : (tensor<1x1x3xf32>, tensor<1x1x2xf32>) -> tensor<1x1x3xf32>
  %n = resnet.constant dense<[[[1.0, 0x7FC00000, 0x7FC00000]]]> : tensor<1x1x3xf32>
  %k = resnet.constant dense<[[[5.0]]]> : tensor<1x1x1xf32>
  %2 = resnet.max_pool_gradient %n, %k {dilations = array<i64: 1>, kernel_shape = array<i64: 3>, pads = array<i64: 0, 0>, strides = array<i64: 1>}
     : (tensor<1x1x3xf32>, tensor<1x1x1xf32>) -> tensor<1x1x3xf32>
  %m = resnet.constant dense<0xFF800000> : tensor<1x1x3xf32>
  %3 = resnet.max_pool_gradient %m, %k {dilations = array<i64: 1>, kernel_shape = array<i64: 3>, pads = array<i64: 0, 0>, strides = array<i64: 1>}
     : (tensor<1x1x3xf32>, tensor<1x1x1xf32>) -> tensor<1x1x3xf32>
  return %0, %1, %2, %3 : tensor<1x1x3x3xf32>, tensor<1x1x3xf32>, tensor<1x1x3xf32>, tensor<1x1x3xf32>
}

// Shared by the 1, 2, 2 and 4 elements of each window, or by 4 places with the
// padding. Windows that overlap. The last one has but one element, and what is
// beyond the padding does not count.
// CHECK: @means result 0: [1x1x3x3] = [1, 1, 1, 2, 2, 2, 2, 2, 2]
// CHECK: @means result 1: [1x1x3x3] = [0.25, 0.5, 0.5, 1, 2, 2, 1, 2, 2]
// CHECK: @means result 2: [1x1x4] = [1, 3, 3, 2]
// CHECK: @means result 3: [1x1x3] = [1, 1, 6]
func.func @means() -> (tensor<1x1x3x3xf32>, tensor<1x1x3x3xf32>, tensor<1x1x4xf32>, tensor<1x1x3xf32>) {
  %g = resnet.constant dense<[[[[1.0, 2.0], [4.0, 8.0]]]]> : tensor<1x1x2x2xf32>
  %0 = resnet.avg_pool_gradient %g {input_shape = array<i64: 3, 3>, kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>}
     : (tensor<1x1x2x2xf32>) -> tensor<1x1x3x3xf32>
  %1 = resnet.avg_pool_gradient %g {count_include_pad = true, input_shape = array<i64: 3, 3>, kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>}
     : (tensor<1x1x2x2xf32>) -> tensor<1x1x3x3xf32>
  %s = resnet.constant dense<[[[3.0, 6.0]]]> : tensor<1x1x2xf32>
  %2 = resnet.avg_pool_gradient %s {dilations = array<i64: 1>, input_shape = array<i64: 4>, kernel_shape = array<i64: 3>, pads = array<i64: 0, 0>, strides = array<i64: 1>}
     : (tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
  %h = resnet.constant dense<[[[2.0, 6.0]]]> : tensor<1x1x2xf32>
  %3 = resnet.avg_pool_gradient %h {ceil_mode = true, count_include_pad = true, dilations = array<i64: 1>, input_shape = array<i64: 3>, kernel_shape = array<i64: 2>, pads = array<i64: 0, 0>, strides = array<i64: 2>}
     : (tensor<1x1x2xf32>) -> tensor<1x1x3xf32>
  return %0, %1, %2, %3 : tensor<1x1x3x3xf32>, tensor<1x1x3x3xf32>, tensor<1x1x4xf32>, tensor<1x1x3xf32>
}

// CHECK: @insert result 0: [5] = [0, 2, 0, 1, 0]
// CHECK: @insert result 1: [2x4] = [0, 1, 2, 0, 0, 3, 4, 0]
func.func @insert() -> (tensor<5xf32>, tensor<2x4xf32>) {
  %x = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = resnet.insert_slice %x {axes = array<i64: 0>, sizes = array<i64: 5>, starts = array<i64: 3>, steps = array<i64: -2>} : (tensor<2xf32>) -> tensor<5xf32>
  %m = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %1 = resnet.insert_slice %m {axes = array<i64: -1>, sizes = array<i64: 4>, starts = array<i64: 1>, steps = array<i64: 1>} : (tensor<2x2xf32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<5xf32>, tensor<2x4xf32>
}

// Twice as large by linear interpolation, backward; an infinite element does not
// count where its weight is 0.
// CHECK: @resample result 0: [1x2] = [3.25, 6.75]
// CHECK: @resample result 1: [2x2] = [6, 8, 3, 6]
// CHECK: @resample result 2: [1] = [2]
func.func @resample() -> (tensor<1x2xf32>, tensor<2x2xf32>, tensor<1xf32>) {
  %x = resnet.constant dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
  %b = resnet.constant dense<[0, 1]> : tensor<2xi64>
  %w = resnet.constant dense<[[1.0, 7.5e-1, 2.5e-1], [2.5e-1, 7.5e-1, 1.0]]> : tensor<2x3xf32>
  %0 = resnet.resample %x, %b, %w {axis = -1 : i64} : (tensor<1x4xf32>, tensor<2xi64>, tensor<2x3xf32>) -> tensor<1x2xf32>
  %m = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %c = resnet.constant dense<[1, 0]> : tensor<2xi32>
  %v = resnet.constant dense<[[2.0], [3.0]]> : tensor<2x1xf32>
  %1 = resnet.resample %m, %c, %v {axis = 0 : i64} : (tensor<2x2xf32>, tensor<2xi32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %i = resnet.constant dense<[0x7F800000, 2.0]> : tensor<2xf32>
  %z = resnet.constant dense<0> : tensor<1xi64>
  %u = resnet.constant dense<[[0.0, 1.0]]> : tensor<1x2xf32>
  %2 = resnet.resample %i, %z, %u {axis = 0 : i64} : (tensor<2xf32>, tensor<1xi64>, tensor<1x2xf32>) -> tensor<1xf32>
  return %0, %1, %2 : tensor<1x2xf32>, tensor<2x2xf32>, tensor<1xf32>
}

// 1, 2, 3 and 6 are 2, 1, 0 and 3 from their mean, the squares of which add up
// to 14. Times 1, 2, 3 and 4 the distances add up to -2 - 2 + 0 + 12.
// CHECK: @batch result 0: [2] = [3, 10]
// CHECK: @batch result 1: [2] = [3.5, 0]
// CHECK: @batch result 2: [2] = [10, 2]
// CHECK: @batch result 3: [2] = [8, 2]
// CHECK: @batch result 4: [] = [2]
func.func @batch() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>) {
  %x = resnet.constant dense<[[[1.0, 2.0], [10.0, 10.0]], [[3.0, 6.0], [10.0, 10.0]]]> : tensor<2x2x2xf32>
  %g = resnet.constant dense<[[[1.0, 2.0], [1.0, 1.0]], [[3.0, 4.0], [1.0, -1.0]]]> : tensor<2x2x2xf32>
  %m = resnet.constant dense<[3.0, 9.0]> : tensor<2xf32>
  %0, %1 = resnet.batch_statistics %x : (tensor<2x2x2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  %2, %3 = resnet.channel_sums %g, %x, %m : (tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  %4 = resnet.batch_size %x : (tensor<2x2x2xf32>) -> tensor<f32>
  return %0, %1, %2, %3, %4 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>
}

// The first word that Philox4x32-10 makes of zeros is 0x6627e8d5 (kat_vectors of
// Random123 1.14): 0.39905 of 2^32. Of a mere mark all is left.
// CHECK: @dropout result 0: [1x1] = [{{4.99[0-9]*}}]
// CHECK: @dropout result 1: [1x1] = [0]
// CHECK: @dropout result 2: [1x1] = [3]
func.func @dropout() -> (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) {
  %x = resnet.constant dense<3.0> : tensor<1x1xf32>
  %n = resnet.constant dense<0> : tensor<1xi64>
  %r = resnet.constant dense<0> : tensor<3xui32>
  %0 = resnet.dropout %x example %n random %r {ratio = 0.39904 : f32} : (tensor<1x1xf32>, tensor<1xi64>, tensor<3xui32>) -> tensor<1x1xf32>
  %1 = resnet.dropout %x example %n random %r {ratio = 0.39906 : f32} : (tensor<1x1xf32>, tensor<1xi64>, tensor<3xui32>) -> tensor<1x1xf32>
  %2 = resnet.dropout %x {ratio = 0.5 : f32} : (tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0, %1, %2 : tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>
}

// One process alone.
// CHECK: @all_reduce result 0: [2] = [3, 4]
func.func @all_reduce() -> tensor<2xf32> {
  %x = resnet.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %0 = resnet.all_reduce %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
