// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// A constant by channel is broadcast over rows and columns, in the layout of
// what it is multiplied with.
// CHECK-LABEL: func.func @maps(
// CHECK: kernel.map ins(%[[C:.+]]) outs(%{{.+}}) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>}
// CHECK: arith.maximumf
// CHECK: %[[S:.+]] = kernel.weight dense<3.000000e+00> : tensor<2x1x1x8xf32>
// CHECK: kernel.map ins(%[[C]], %[[S]]) outs(%{{.+}}) {{.*}} : memref<2x4x4x8xf32>, memref<2x1x1x8xf32> -> memref<2x4x4x8xf32>
// CHECK: arith.mulf
func.func @maps(%x: tensor<?x16x4x4xf32>) -> (tensor<?x16x4x4xf32>, tensor<?x16x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %s = resnet.constant dense<3.0> : tensor<16x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %r = resnet.relu %c : (tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32>
  %m = resnet.mul %c, %s : (tensor<?x16x4x4xf32>, tensor<16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %d = resnet.conv %m, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  return %r, %d : tensor<?x16x4x4xf32>, tensor<?x16x4x4xf32>
}

// -----

// Squeeze-and-excitation: a factor that is computed, a channel each.
// CHECK-LABEL: func.func @se(
// CHECK: kernel.pool <avg> ins(%[[C:.+]]) outs(%[[G:.+]]) {{.*}}kernel_shape = array<i64: 4, 4>
// CHECK: kernel.map ins(%[[G]]) outs(%[[S:.+]]) {{.*}}size = array<i64: 2, 1, 1, 8>
// CHECK: math.exp
// CHECK: arith.divf
// CHECK: kernel.map ins(%[[C]], %[[S]])
// CHECK: arith.mulf
func.func @se(%x: tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %g = resnet.global_avg_pool %c : (tensor<?x16x4x4xf32>) -> tensor<?x16x1x1xf32>
  %s = resnet.sigmoid %g : (tensor<?x16x1x1xf32>) -> tensor<?x16x1x1xf32>
  %m = resnet.mul %c, %s : (tensor<?x16x4x4xf32>, tensor<?x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %d = resnet.conv %m, %w {pads = array<i64: 0, 0, 0, 0>} : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  return %d : tensor<?x16x4x4xf32>
}

// -----

// Every elementwise operation of f32 is a map of the same code; a comparison
// inside it is one of vectors.
// CHECK-LABEL: func.func @activations(
// CHECK: kernel.map {{.*}} : memref<2x4x4x8xf32> -> memref<2x4x4x8xf32>
// CHECK: math.tanh
// CHECK: kernel.map {{.*}} : memref<2x4x4x8xf32>, memref<2x1x1x8xf32> -> memref<2x4x4x8xf32>
// CHECK: arith.cmpf olt
// CHECK: arith.mulf
// CHECK: arith.select
// CHECK-NOT: kernel.generic
func.func @activations(%x: tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %s = resnet.constant dense<0.25> : tensor<16x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %t = resnet.tanh %c : (tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32>
  %p = resnet.prelu %t, %s : (tensor<?x16x4x4xf32>, tensor<16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %d = resnet.conv %p, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  return %d : tensor<?x16x4x4xf32>
}

// -----

// A factor for all channels of a place is a plane, not a block of one channel.
// CHECK-LABEL: func.func @spatial_attention(
// CHECK: %[[PLANE:.+]] = kernel.view %{{.+}} : memref<1x4x4xf32> to memref<1x4x4x1xf32>
// CHECK: kernel.map ins(%{{.+}}, %[[PLANE]]) {{.*}} : memref<2x4x4x8xf32>, memref<1x4x4x1xf32> -> memref<2x4x4x8xf32>
func.func @spatial_attention(%x: tensor<?x16x4x4xf32>, %a: tensor<?x1x4x4xf32>) -> tensor<?x16x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %m = resnet.mul %c, %a : (tensor<?x16x4x4xf32>, tensor<?x1x4x4xf32>) -> tensor<?x16x4x4xf32>
  %d = resnet.conv %m, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  return %d : tensor<?x16x4x4xf32>
}
