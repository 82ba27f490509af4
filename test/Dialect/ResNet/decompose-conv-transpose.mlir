// RUN: resnet-opt %s --resnet-decompose-conv-transpose --split-input-file | FileCheck %s

// Two taps a phase; what the pads cut off is computed and sliced.
// CHECK-LABEL: func.func @padded(
// CHECK: %[[V:.+]] = resnet.constant {{.*}} : tensor<4x1x2x2xf32>
// CHECK: %[[P:.+]] = resnet.conv %arg0, %[[V]] {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1>} : {{.*}} -> tensor<?x4x4x4xf32>
// CHECK: %[[D:.+]] = resnet.depth_to_space %[[P]] {block = 2 : i64} : (tensor<?x4x4x4xf32>) -> tensor<?x1x8x8xf32>
// CHECK: %[[Y:.+]] = resnet.slice %[[D]], {{.*}} -> tensor<?x1x6x6xf32>
// CHECK: return %[[Y]]
func.func @padded(%x: tensor<?x1x3x3xf32>) -> tensor<?x1x6x6xf32> {
  %w = resnet.constant dense<[[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0], [13.0, 14.0, 15.0, 16.0]]]]> : tensor<1x1x4x4xf32>
  %y = resnet.conv_transpose %x, %w {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : (tensor<?x1x3x3xf32>, tensor<1x1x4x4xf32>) -> tensor<?x1x6x6xf32>
  %r = resnet.relu %y : (tensor<?x1x6x6xf32>) -> tensor<?x1x6x6xf32>
  return %r : tensor<?x1x6x6xf32>
}

// -----

// A bias for each phase of a channel.
// CHECK-LABEL: func.func @two_by_two(
// CHECK: %[[B:.+]] = resnet.constant dense<[1.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00]>
// CHECK: resnet.conv %arg0, %{{.+}} bias %[[B]] : {{.*}} -> tensor<?x8x3x3xf32>
// CHECK: %[[Y:.+]] = resnet.depth_to_space
// CHECK: return %[[Y]] : tensor<?x2x6x6xf32>
func.func @two_by_two(%x: tensor<?x1x3x3xf32>) -> tensor<?x2x6x6xf32> {
  %w = resnet.constant dense<[[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]]> : tensor<1x2x2x2xf32>
  %b = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = resnet.conv_transpose %x, %w bias %b {strides = array<i64: 2, 2>} : (tensor<?x1x3x3xf32>, tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<?x2x6x6xf32>
  return %y : tensor<?x2x6x6xf32>
}

// -----

// Of stride 1 there is one phase: the convolution with the taps reversed.
// CHECK-LABEL: func.func @reversed(
// CHECK: resnet.constant dense<{{\[\[\[\[}}6.000000e+00, 5.000000e+00, 4.000000e+00], [3.000000e+00, 2.000000e+00, 1.000000e+00]]]]>
// CHECK: %[[Y:.+]] = resnet.conv {{.*}} {pads = array<i64: 0, 1, 1, 1>}
// CHECK: return %[[Y]]
func.func @reversed(%x: tensor<?x1x3x3xf32>) -> tensor<?x1x3x3xf32> {
  %w = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]> : tensor<1x1x2x3xf32>
  %y = resnet.conv_transpose %x, %w {pads = array<i64: 1, 1, 0, 1>} : (tensor<?x1x3x3xf32>, tensor<1x1x2x3xf32>) -> tensor<?x1x3x3xf32>
  return %y : tensor<?x1x3x3xf32>
}

// -----

// Strides that differ, groups, a dilation, and rows that output_padding adds,
// which no tap reaches.
// CHECK-LABEL: func.func @general(
// CHECK: resnet.conv {{.*}} {group = 2 : i64, {{.*}}} : {{.*}} -> tensor<?x24x{{.*}}xf32>
// CHECK: resnet.reshape {{.*}} -> tensor<?x4x2x3x{{.*}}xf32>
// CHECK: resnet.transpose {{.*}} {perm = array<i64: 0, 1, 4, 2, 5, 3>}
// CHECK: resnet.reshape
// CHECK: resnet.slice {{.*}} -> tensor<?x4x7x12xf32>
func.func @general(%x: tensor<?x2x3x4xf32>) -> tensor<?x4x7x12xf32> {
  %w = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[-1.0, 2.5, 0.5], [1.5, 0.25, 3.0]]], [[[7.0, 8.0, 9.0], [1.0, 2.0, 4.0]], [[2.0, 3.0, 1.0], [0.0, 5.0, 6.0]]]]> : tensor<2x2x2x3xf32>
  %y = resnet.conv_transpose %x, %w {dilations = array<i64: 2, 1>, group = 2 : i64, output_padding = array<i64: 1, 1>, pads = array<i64: 0, 1, 1, 0>, strides = array<i64: 2, 3>} : (tensor<?x2x3x4xf32>, tensor<2x2x2x3xf32>) -> tensor<?x4x7x12xf32>
  return %y : tensor<?x4x7x12xf32>
}

// -----

// A weight that is computed.
// CHECK-LABEL: func.func @computed(
// CHECK: resnet.conv_transpose
func.func @computed(%x: tensor<?x1x3x3xf32>, %w: tensor<1x1x2x2xf32>) -> tensor<?x1x4x4xf32> {
  %y = resnet.conv_transpose %x, %w : (tensor<?x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<?x1x4x4xf32>
  return %y : tensor<?x1x4x4xf32>
}

// -----

// A stride or a dilation far beyond the taps would multiply by zeros mostly.
// CHECK-LABEL: func.func @sparse(
// CHECK: resnet.conv_transpose
// CHECK: resnet.conv_transpose
func.func @sparse(%x: tensor<?x1x3x3xf32>) -> (tensor<?x1x2001x2001xf32>, tensor<?x1x102x102xf32>) {
  %w = resnet.constant dense<1.0> : tensor<1x1x1x1xf32>
  %v = resnet.constant dense<1.0> : tensor<1x1x2x2xf32>
  %y = resnet.conv_transpose %x, %w {strides = array<i64: 1000, 1000>} : (tensor<?x1x3x3xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x2001x2001xf32>
  %z = resnet.conv_transpose %x, %v {dilations = array<i64: 97, 97>, strides = array<i64: 2, 2>} : (tensor<?x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<?x1x102x102xf32>
  return %y, %z : tensor<?x1x2001x2001xf32>, tensor<?x1x102x102xf32>
}
