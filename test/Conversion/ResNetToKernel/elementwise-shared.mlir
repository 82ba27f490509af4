// RUN: resnet-opt %s --convert-resnet-to-kernel | FileCheck %s

// What all examples share is computed once, in vectors: rows are shared out
// among threads. A reshape is the same memory.
// CHECK-LABEL: func.func @net(
// CHECK-SAME: %[[X:[^:]+]]: memref<4xf32>
// CHECK-SAME: %[[W:[^:]+]]: memref<8x4x3x3xf32>
// CHECK-SAME: %[[G:[^:]+]]: memref<8x4x3x3xf32>
// CHECK-SAME: %[[RATE:[^:]+]]: memref<f32>
// CHECK-SAME: %[[OK:[^:]+]]: memref<i8>
// CHECK: %[[STEP:.+]] = kernel.buffer shared : memref<8x4x3x3xf32>
// CHECK: kernel.map ins(%{{.+}}, %{{.+}}) outs(%{{.+}}) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 8, 36>}
// CHECK-SAME: memref<8x36xf32>, memref<1x1xf32> -> memref<8x36xf32>
// CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[B:.+]]: f32):
// CHECK-NEXT: arith.mulf %[[A]], %[[B]] : f32
// CHECK: kernel.map ins({{.+}}) outs({{.+}}) {{.*}}memref<1x1xi8>, memref<8x36xf32>, memref<8x36xf32> -> memref<8x36xf32>
// CHECK-NEXT: ^bb0(%[[C:.+]]: i8, %[[NEW:.+]]: f32, %[[OLD:.+]]: f32):
// CHECK: %[[YES:.+]] = arith.cmpi ne, %[[C]]
// CHECK: arith.select %[[YES]], %[[NEW]], %[[OLD]] : f32
// CHECK: kernel.map {{.*}}size = array<i64: 1, 8>} : memref<1x8xf32>
// CHECK-NEXT: ^bb0(%[[V:.+]]: f32):
// CHECK-NEXT: math.sqrt %[[V]]
// CHECK-NOT: kernel.generic
func.func @net(%x: tensor<?x4xf32>, %w: tensor<8x4x3x3xf32>, %g: tensor<8x4x3x3xf32>, %rate: tensor<f32>, %ok: tensor<i1>, %v: tensor<8xf32>) -> (tensor<8x4x3x3xf32>, tensor<8x1x1xf32>) attributes {resnet.training} {
  %0 = resnet.mul %g, %rate : (tensor<8x4x3x3xf32>, tensor<f32>) -> tensor<8x4x3x3xf32>
  %1 = resnet.where %ok, %0, %w : (tensor<i1>, tensor<8x4x3x3xf32>, tensor<8x4x3x3xf32>) -> tensor<8x4x3x3xf32>
  %2 = resnet.sqrt %v : (tensor<8xf32>) -> tensor<8xf32>
  %shape = resnet.constant dense<[8, 1, 1]> : tensor<3xi64>
  %3 = resnet.reshape %2, %shape : (tensor<8xf32>, tensor<3xi64>) -> tensor<8x1x1xf32>
  return %1, %3 : tensor<8x4x3x3xf32>, tensor<8x1x1xf32>
}
