// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// The shortcut of a CIFAR ResNet: every other pixel, and 8 channels of zeros on
// both sides. No index of the output is below 0 in the input but the pad's.
// CHECK-LABEL: func.func @movement(
// CHECK: kernel.copy ins(%[[C:.+]]) outs(%{{.+}}) {{.*}}size = array<i64: 16, 2, 2>, steps = array<i64: 1, 2, 2>} : memref<2x4x4x8xf32> -> memref<2x2x2x8xf32>
// CHECK: kernel.copy ins(%[[C]]) outs(%{{.+}}) {input_offset = array<i64: -8, 0, 0>, input_size = array<i64: 16, 4, 4>, {{.*}}size = array<i64: 32, 4, 4>} : memref<2x4x4x8xf32> -> memref<4x4x4x8xf32>
func.func @movement(%x: tensor<?x16x4x4xf32>) -> (tensor<?x16x2x2xf32>, tensor<?x32x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %zero = resnet.constant dense<0> : tensor<2xi64>
  %end = resnet.constant dense<4> : tensor<2xi64>
  %axes = resnet.constant dense<[2, 3]> : tensor<2xi64>
  %steps = resnet.constant dense<2> : tensor<2xi64>
  %s = resnet.slice %c, %zero, %end axes %axes steps %steps : (tensor<?x16x4x4xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x16x2x2xf32>
  %pads = resnet.constant dense<[0, 8, 0, 0, 0, 8, 0, 0]> : tensor<8xi64>
  %p = resnet.pad %c, %pads : (tensor<?x16x4x4xf32>, tensor<8xi64>) -> tensor<?x32x4x4xf32>
  return %s, %p : tensor<?x16x2x2xf32>, tensor<?x32x4x4xf32>
}

// -----

// Images with channels last are planes after one copy.
// CHECK-LABEL: func.func @nhwc(
// CHECK: kernel.copy ins(%arg0) {{.*}}input_perm = array<i64: 2, 0, 1>{{.*}} : memref<4x4x8xf32> -> memref<8x4x4xf32>
func.func @nhwc(%x: tensor<?x4x4x8xf32>) -> tensor<?x8x4x4xf32> {
  %t = resnet.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<?x4x4x8xf32>) -> tensor<?x8x4x4xf32>
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %c = resnet.conv %t, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  return %c : tensor<?x8x4x4xf32>
}

// -----

// Each operand is copied behind the one before.
// CHECK-LABEL: func.func @concat(
// CHECK: kernel.copy {{.*}}output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>} : memref<1x4x4x8xf32> -> memref<3x4x4x8xf32>
// CHECK: kernel.copy {{.*}}output_offset = array<i64: 8, 0, 0>, size = array<i64: 16, 4, 4>} : memref<2x4x4x8xf32> -> memref<3x4x4x8xf32>
func.func @concat(%x: tensor<?x8x4x4xf32>) -> tensor<?x24x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %v = resnet.constant dense<1.0> : tensor<16x8x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  %d = resnet.conv %x, %v : (tensor<?x8x4x4xf32>, tensor<16x8x1x1xf32>) -> tensor<?x16x4x4xf32>
  %y = resnet.concat %c, %d {axis = 1 : i64} : (tensor<?x8x4x4xf32>, tensor<?x16x4x4xf32>) -> tensor<?x24x4x4xf32>
  return %y : tensor<?x24x4x4xf32>
}

// -----

// An output that is an input is a copy.
// CHECK-LABEL: func.func @identity(
// CHECK: kernel.generic "copy" ins(%{{.+}} : memref<128xf32>) outs(%{{.+}} : memref<128xf32>) units 1
func.func @identity(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  return %x : tensor<?x8x4x4xf32>
}
