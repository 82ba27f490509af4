// RUN: resnet-opt %s --split-input-file --kernel-expand-winograd-filters | FileCheck %s

// 14 x 14 gradients are 4 x 4 tiles of 4 x 4: they end at row 1 + 16, and what they
// see of the input at row 18. What wrote zeros to the sums writes them to those of
// the tiles' products now.
// CHECK-LABEL: func.func @filters(
// CHECK: %[[X:.+]] = kernel.buffer : memref<4x18x18x16xf32>
// CHECK: %[[G:.+]] = kernel.buffer : memref<8x17x17x16xf32>
// CHECK-NOT: kernel.fill outs(%arg0)
// CHECK: %[[D:.+]] = kernel.buffer : memref<1x36x65x16xf32>
// CHECK-NEXT: kernel.winograd_input ins(%[[X]]) outs(%[[D]]) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 4, 4>}
// CHECK-NEXT: %[[V:.+]] = kernel.buffer : memref<1x36x129x16xf32>
// CHECK-NEXT: kernel.winograd_gradient ins(%[[G]]) outs(%[[V]]) {input_offset = array<i64: 1, 1>, outputs = 4 : i64, tiles = array<i64: 4, 4>}
// CHECK-NEXT: %[[U:.+]] = kernel.buffer shared : memref<36x8x4x16x16xf32>
// CHECK-NEXT: kernel.fill outs(%[[U]]) : memref<36x8x4x16x16xf32>
// CHECK-NEXT: kernel.winograd_filter_products ins(%[[D]], %[[V]]) outs(%[[U]]) {tiles = 16 : i64}
// CHECK-NEXT: kernel.winograd_filter ins(%[[U]]) outs(%arg0) {outputs = 4 : i64} : memref<36x8x4x16x16xf32> -> memref<73728xf32>
// CHECK-NEXT: return
func.func @filters(%dw: memref<73728xf32> {kernel.shared}) {
  %x = kernel.buffer : memref<4x16x16x16xf32>
  kernel.fill_halo outs(%x) {offset = array<i64: 1, 1>, size = array<i64: 14, 14>} : memref<4x16x16x16xf32>
  %g = kernel.buffer : memref<8x16x16x16xf32>
  kernel.fill_halo outs(%g) {offset = array<i64: 1, 1>, size = array<i64: 14, 14>} : memref<8x16x16x16xf32>
  kernel.fill outs(%dw) : memref<73728xf32>
  kernel.conv_filter_gradient ins(%x, %g) outs(%dw)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 1, 1>, gradient_size = array<i64: 14, 14>, group = 1 : i64,
     input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>,
     strides = array<i64: 1, 1>}
    : memref<4x16x16x16xf32>, memref<8x16x16x16xf32> -> memref<73728xf32>
  return
}

// -----

// Not with strides; not where a caller says how large a buffer is; not where the
// tiles of few pixels cost more than they save.
// CHECK-LABEL: func.func @none(
// CHECK-COUNT-3: kernel.conv_filter_gradient
// CHECK-NOT: kernel.winograd
func.func @none(%dw: memref<2304xf32> {kernel.shared}, %arg: memref<1x16x16x16xf32>) {
  %x = kernel.buffer : memref<1x16x16x16xf32>
  kernel.fill_halo outs(%x) {offset = array<i64: 1, 1>, size = array<i64: 14, 14>} : memref<1x16x16x16xf32>
  %g = kernel.buffer : memref<1x16x16x16xf32>
  kernel.fill_halo outs(%g) {offset = array<i64: 1, 1>, size = array<i64: 14, 14>} : memref<1x16x16x16xf32>
  kernel.conv_filter_gradient ins(%x, %g) outs(%dw)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 1, 1>, gradient_size = array<i64: 7, 7>, group = 1 : i64,
     input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>,
     strides = array<i64: 2, 2>}
    : memref<1x16x16x16xf32>, memref<1x16x16x16xf32> -> memref<2304xf32>
  kernel.conv_filter_gradient ins(%x, %arg) outs(%dw)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 1, 1>, gradient_size = array<i64: 14, 14>, group = 1 : i64,
     input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>,
     strides = array<i64: 1, 1>}
    : memref<1x16x16x16xf32>, memref<1x16x16x16xf32> -> memref<2304xf32>
  kernel.conv_filter_gradient ins(%x, %g) outs(%dw)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 1, 1>, gradient_size = array<i64: 1, 1>, group = 1 : i64,
     input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>,
     strides = array<i64: 1, 1>}
    : memref<1x16x16x16xf32>, memref<1x16x16x16xf32> -> memref<2304xf32>
  return
}
