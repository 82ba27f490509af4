// RUN: resnet-opt %s --kernel-fuse-means --split-input-file | FileCheck %s

// The sums that the gradient of a normalization takes: one pass over g and x.
// CHECK-LABEL: func.func @sums(
// CHECK-SAME: %[[G:.+]]: memref<2x6x6x8xf32>, %[[X:.+]]: memref<2x4x4x8xf32>, %[[M:.+]]: memref<2x1x1x8xf32>, %[[SUM:.+]]: memref<2x1x1x8xf32>, %[[DOT:.+]]: memref<2x1x1x8xf32>
// CHECK-NEXT: kernel.plane_means ins(%[[G]], %[[X]], %[[M]]) outs(%[[SUM]], %[[DOT]]) {offsets = array<i64: 1, 1, 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>}
// CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[B:.+]]: f32, %[[C:.+]]: f32):
// CHECK-NEXT: %[[D:.+]] = arith.subf %[[B]], %[[C]]
// CHECK-NEXT: %[[P:.+]] = arith.mulf %[[A]], %[[D]]
// CHECK-NEXT: kernel.yield %[[A]], %[[P]] : f32, f32
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @sums(%g: memref<2x6x6x8xf32>, %x: memref<2x4x4x8xf32>, %m: memref<2x1x1x8xf32>, %sum: memref<2x1x1x8xf32>, %dot: memref<2x1x1x8xf32>) {
  kernel.pool <avg> ins(%g) outs(%sum) {kernel_shape = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 1, 1>, input_offset = array<i64: 1, 1>, output_offset = array<i64: 0, 0>} : memref<2x6x6x8xf32> -> memref<2x1x1x8xf32>
  %0 = kernel.buffer : memref<2x4x4x8xf32>
  kernel.map ins(%g, %x, %m) outs(%0) {offsets = array<i64: 1, 1, 0, 0, 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>} : memref<2x6x6x8xf32>, memref<2x4x4x8xf32>, memref<2x1x1x8xf32> -> memref<2x4x4x8xf32> {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %d = arith.subf %b, %c : f32
    %p = arith.mulf %a, %d : f32
    kernel.yield %p : f32
  }
  kernel.pool <avg> ins(%0) outs(%dot) {kernel_shape = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<2x4x4x8xf32> -> memref<2x1x1x8xf32>
  return
}

// -----

// What something else reads, too, stays in memory; the second mean is of what
// the first one's kernel computes, so it stays a kernel of its own.
// CHECK-LABEL: func.func @shared(
// CHECK: kernel.map
// CHECK: kernel.plane_means ins(%[[Y:[^)]+]])
// CHECK: kernel.plane_means
// CHECK-NOT: kernel.plane_means
func.func @shared(%x: memref<2x4x4x8xf32>, %y: memref<2x4x4x8xf32>, %mean: memref<2x1x1x8xf32>, %variance: memref<2x1x1x8xf32>) {
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>} : memref<2x4x4x8xf32> -> memref<2x4x4x8xf32> {
  ^bb0(%a: f32):
    %t = math.tanh %a : f32
    kernel.yield %t : f32
  }
  kernel.pool <avg> ins(%y) outs(%mean) {kernel_shape = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<2x4x4x8xf32> -> memref<2x1x1x8xf32>
  %0 = kernel.buffer : memref<2x4x4x8xf32>
  kernel.map ins(%y, %mean) outs(%0) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>} : memref<2x4x4x8xf32>, memref<2x1x1x8xf32> -> memref<2x4x4x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %d = arith.subf %a, %b : f32
    %p = arith.mulf %d, %d : f32
    kernel.yield %p : f32
  }
  kernel.pool <avg> ins(%0) outs(%variance) {kernel_shape = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<2x4x4x8xf32> -> memref<2x1x1x8xf32>
  return
}

// -----

// A pool of smaller windows is none.
// CHECK-LABEL: func.func @windows(
// CHECK: kernel.pool <avg>
func.func @windows(%x: memref<2x4x4x8xf32>, %y: memref<2x2x2x8xf32>) {
  kernel.pool <avg> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<2x4x4x8xf32> -> memref<2x2x2x8xf32>
  return
}
