// RUN: resnet-opt %s --split-input-file --kernel-recompute-maps | FileCheck %s
// RUN: resnet-opt %s --split-input-file --kernel-recompute-maps --kernel-fuse-maps --kernel-fuse-means | FileCheck %s --check-prefix=FUSED

// Most memory is in use where %big is computed. %y is read before and after it, and
// its input is there until the end: the convolution's gradient gets a map with a
// halo of its own before it, the map one that is computed on the way.
// CHECK-LABEL: func.func @net(
// CHECK: %[[X:.+]] = kernel.buffer : memref<1x6x6x8xf32>
// CHECK: %[[Y:.+]] = kernel.buffer : memref<1x8x8x8xf32>
// CHECK: kernel.map ins(%[[X]]) outs(%[[Y]])
// CHECK: kernel.pool <max> ins(%[[Y]])
// CHECK: kernel.map {{.*}} : memref<1x6x6x8xf32> -> memref<1x32x32x8xf32>
// CHECK: %[[Y0:.+]] = kernel.buffer : memref<1x8x8x8xf32>
// CHECK-NEXT: kernel.fill_halo outs(%[[Y0]])
// CHECK-NEXT: kernel.map ins(%[[X]]) outs(%[[Y0]])
// CHECK: kernel.conv_filter_gradient ins(%[[Y0]],
// CHECK: %[[Y1:.+]] = kernel.buffer : memref<1x8x8x8xf32>
// CHECK-NEXT: kernel.map ins(%[[X]]) outs(%[[Y1]])
// CHECK: kernel.map ins(%[[X]], %[[Y1]]) outs(%arg4)

// FUSED-LABEL: func.func @net(
// FUSED: %[[X:.+]] = kernel.buffer : memref<1x6x6x8xf32>
// FUSED-COUNT-3: kernel.map
// FUSED: kernel.conv_filter_gradient
// FUSED: kernel.map ins(%[[X]]) outs(%arg4)
// FUSED: arith.maximumf
// FUSED: arith.mulf
// FUSED-NOT: kernel.map
// FUSED: return
func.func @net(%a: memref<1x6x6x8xf32>, %g: memref<1x6x6x8xf32>, %dw: memref<576xf32> {kernel.shared},
               %p: memref<1x3x3x8xf32>, %out: memref<1x6x6x8xf32>) {
  %x = kernel.buffer : memref<1x6x6x8xf32>
  kernel.pool <max> ins(%a) outs(%x) {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 6, 6>, kernel_shape = array<i64: 3, 3>, output_offset = array<i64: 0, 0>, output_size = array<i64: 6, 6>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 1, 1>} : memref<1x6x6x8xf32> -> memref<1x6x6x8xf32>
  %y = kernel.buffer : memref<1x8x8x8xf32>
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 6, 6>} : memref<1x8x8x8xf32>
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 1, 1>, size = array<i64: 1, 6, 6, 8>} : memref<1x6x6x8xf32> -> memref<1x8x8x8xf32> {
  ^bb0(%e: f32):
    %zero = arith.constant 0.0 : f32
    %r = arith.maximumf %e, %zero : f32
    kernel.yield %r : f32
  }
  kernel.pool <max> ins(%y) outs(%p) {dilations = array<i64: 1, 1>, input_offset = array<i64: 1, 1>, input_size = array<i64: 6, 6>, kernel_shape = array<i64: 2, 2>, output_offset = array<i64: 0, 0>, output_size = array<i64: 3, 3>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>} : memref<1x8x8x8xf32> -> memref<1x3x3x8xf32>
  %big = kernel.buffer : memref<1x32x32x8xf32>
  kernel.map ins(%g) outs(%big) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 6, 6, 8>} : memref<1x6x6x8xf32> -> memref<1x32x32x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  kernel.conv_filter_gradient ins(%y, %g) outs(%dw)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 6, 6>, group = 1 : i64,
     input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x8x8x8xf32>, memref<1x6x6x8xf32> -> memref<576xf32>
  kernel.map ins(%x, %y) outs(%out) {offsets = array<i64: 0, 0, 1, 1, 0, 0>, size = array<i64: 1, 6, 6, 8>} : memref<1x6x6x8xf32>, memref<1x8x8x8xf32> -> memref<1x6x6x8xf32> {
  ^bb0(%e: f32, %f: f32):
    %m = arith.mulf %e, %f : f32
    kernel.yield %m : f32
  }
  return
}

// -----

// Not what would keep its input for longer.
// CHECK-LABEL: func.func @keep(
// CHECK: %[[Y:.+]] = kernel.buffer : memref<1x8x8x8xf32>
// CHECK-COUNT-2: kernel.map
// CHECK-NOT: kernel.map
// CHECK: kernel.conv_filter_gradient ins(%[[Y]],
func.func @keep(%a: memref<1x6x6x8xf32>, %g: memref<1x6x6x8xf32>, %dw: memref<576xf32> {kernel.shared}) {
  %x = kernel.buffer : memref<1x6x6x8xf32>
  kernel.pool <max> ins(%a) outs(%x) {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 6, 6>, kernel_shape = array<i64: 3, 3>, output_offset = array<i64: 0, 0>, output_size = array<i64: 6, 6>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 1, 1>} : memref<1x6x6x8xf32> -> memref<1x6x6x8xf32>
  %y = kernel.buffer : memref<1x8x8x8xf32>
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 6, 6>} : memref<1x8x8x8xf32>
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 1, 1>, size = array<i64: 1, 6, 6, 8>} : memref<1x6x6x8xf32> -> memref<1x8x8x8xf32> {
  ^bb0(%e: f32):
    %zero = arith.constant 0.0 : f32
    %r = arith.maximumf %e, %zero : f32
    kernel.yield %r : f32
  }
  %big = kernel.buffer : memref<1x32x32x8xf32>
  kernel.map ins(%g) outs(%big) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 6, 6, 8>} : memref<1x6x6x8xf32> -> memref<1x32x32x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  kernel.conv_filter_gradient ins(%y, %g) outs(%dw)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 6, 6>, group = 1 : i64,
     input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x8x8x8xf32>, memref<1x6x6x8xf32> -> memref<576xf32>
  return
}
