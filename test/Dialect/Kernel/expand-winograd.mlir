// RUN: resnet-opt %s --split-input-file --verify-diagnostics --kernel-expand-winograd | FileCheck %s

// 14 x 14 results are 4 x 4 tiles of 4 x 4, the last of which end at row 16 and
// see two more rows: the buffer grows from 16 to 18, all of it halo. 16 tiles by
// at most 6 are register tiles of 6, 5 and 5: 6 vectors of a point, 3 cache lines.
// CHECK-LABEL: func.func @ragged(
// CHECK: %[[X:.+]] = kernel.buffer : memref<1x18x18x8xf32>
// CHECK: kernel.fill_halo outs(%[[X]]) {offset = array<i64: 1, 1>, size = array<i64: 14, 14>} : memref<1x18x18x8xf32>
// CHECK-NEXT: %[[V:.+]] = kernel.buffer : memref<3x36x6x8xf32>
// CHECK-NEXT: kernel.winograd_input ins(%[[X]]) outs(%[[V]]) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 4, 4>}
// CHECK-NEXT: kernel.winograd_conv ins(%[[V]], %{{.+}}, %{{.+}}) residual(%arg1) outs(%arg2)
// CHECK-SAME: activation = #kernel.activation<relu>, input_channels = 8 : i64, output_channels = 16 : i64
// CHECK-SAME: output_offset = array<i64: 1, 1>, output_size = array<i64: 14, 14>, outputs = 4 : i64,
// CHECK-SAME: residual_offset = array<i64: 2, 2>, schedule = #kernel.schedule<winograd_f4, pixels = 6, oc_blocks = 2, rows = 2>
// CHECK-SAME: memref<3x36x6x8xf32>, memref<16x8x3x3xf32>, memref<16xf32>, memref<2x18x18x8xf32> -> memref<2x16x16x8xf32>
// CHECK-NEXT: return
func.func @ragged(%input: memref<8x14x14xf32>, %s: memref<2x18x18x8xf32>, %y: memref<2x16x16x8xf32>) {
  %x = kernel.buffer : memref<1x16x16x8xf32>
  %w = kernel.weight dense<1.0> : tensor<16x8x3x3xf32> -> memref<16x8x3x3xf32>
  %b = kernel.weight dense<1.0> : tensor<16xf32> -> memref<16xf32>
  kernel.fill_halo outs(%x) {offset = array<i64: 1, 1>, size = array<i64: 14, 14>} : memref<1x16x16x8xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 16 : i64, output_offset = array<i64: 1, 1>,
     residual_offset = array<i64: 2, 2>, activation = #kernel.activation<relu>,
     output_size = array<i64: 14, 14>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<winograd_f4, pixels = 6, oc_blocks = 2, rows = 2>}
    : memref<1x16x16x8xf32>, memref<16x8x3x3xf32>, memref<16xf32>, memref<2x18x18x8xf32> -> memref<2x16x16x8xf32>
  return
}

// -----

// Where tiles of 2 fit exactly, an input that is no buffer stays as it is; here
// it starts in its second row and column. 2 blocks of channels of 4 tiles are 8
// vectors of 16 bytes or 2 cache lines, which padding makes 3.
// CHECK-LABEL: func.func @exact(
// CHECK: %[[V:.+]] = kernel.buffer : memref<1x16x12x4xf32>
// CHECK: kernel.winograd_input ins(%arg0) outs(%[[V]]) {input_offset = array<i64: 1, 1>, outputs = 2 : i64, tiles = array<i64: 2, 2>}
// CHECK: kernel.winograd_conv ins(%[[V]]
// CHECK-SAME: winograd_f2
func.func @exact(%x: memref<2x7x7x4xf32>, %w: memref<4x8x3x3xf32>, %b: memref<4xf32>, %y: memref<1x4x4x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 1, 1>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<winograd_f2, pixels = 4, oc_blocks = 1, rows = 1>}
    : memref<2x7x7x4xf32>, memref<4x8x3x3xf32>, memref<4xf32> -> memref<1x4x4x4xf32>
  return
}

// -----

// Fused, the same memory is for the tiles that the one step makes itself.
// CHECK-LABEL: func.func @fused(
// CHECK: %[[V:.+]] = kernel.buffer : memref<1x16x12x4xf32>
// CHECK-NEXT: kernel.winograd_conv ins(%[[V]], %arg1, %arg2) image(%arg0 : memref<2x7x7x4xf32>) outs(%arg3)
// CHECK-SAME: input_offset = array<i64: 1, 1>
// CHECK-SAME: fused_winograd_f2
// CHECK-NEXT: return
func.func @fused(%x: memref<2x7x7x4xf32>, %w: memref<4x8x3x3xf32>, %b: memref<4xf32>, %y: memref<1x4x4x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 1, 1>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<fused_winograd_f2, pixels = 4, oc_blocks = 1, rows = 1>}
    : memref<2x7x7x4xf32>, memref<4x8x3x3xf32>, memref<4xf32> -> memref<1x4x4x4xf32>
  return
}

// -----

// What is direct, or not scheduled, stays.
// CHECK-LABEL: func.func @direct(
// CHECK-NEXT: kernel.conv
// CHECK-NEXT: kernel.conv
// CHECK-NEXT: return
func.func @direct(%x: memref<1x6x6x4xf32>, %w: memref<4x4x3x3xf32>, %b: memref<4xf32>, %y: memref<1x4x4x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 1>}
    : memref<1x6x6x4xf32>, memref<4x4x3x3xf32>, memref<4xf32> -> memref<1x4x4x4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x4xf32>, memref<4x4x3x3xf32>, memref<4xf32> -> memref<1x4x4x4xf32>
  return
}

// -----

// The function's caller says how large its buffers are.
func.func @no_room(%x: memref<1x5x5x4xf32>, %w: memref<4x4x3x3xf32>, %b: memref<4xf32>, %y: memref<1x3x3x4xf32>) {
  // expected-error @+1 {{has an input that cannot be widened to the tiles of its schedule}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<winograd_f2, pixels = 4, oc_blocks = 1, rows = 1>}
    : memref<1x5x5x4xf32>, memref<4x4x3x3xf32>, memref<4xf32> -> memref<1x3x3x4xf32>
  return
}

// -----

// Code that reads the buffer, too, sees it as it lies now.
// CHECK-LABEL: func.func @read_by_code(
// CHECK: kernel.generic "copy" ins(%{{.+}} : memref<1x10x10x8xf32>)
// CHECK-NEXT: ^bb0(%{{.+}}: memref<1x10x10x8xf32>,
func.func @read_by_code(%y: memref<1x5x5x8xf32>, %z: memref<1x5x5x8xf32>) {
  %x = kernel.buffer : memref<1x7x7x8xf32>
  %w = kernel.weight dense<1.0> : tensor<8x8x3x3xf32> -> memref<8x8x3x3xf32>
  %b = kernel.weight dense<1.0> : tensor<8xf32> -> memref<8xf32>
  kernel.fill_halo outs(%x) {offset = array<i64: 1, 1>, size = array<i64: 5, 5>} : memref<1x7x7x8xf32>
  kernel.generic "copy" ins(%x : memref<1x7x7x8xf32>) outs(%z : memref<1x5x5x8xf32>) units 1 {
  ^bb0(%from: memref<1x7x7x8xf32>, %to: memref<1x5x5x8xf32>, %begin: index, %end: index):
    %v = memref.load %from[%begin, %begin, %begin, %begin] : memref<1x7x7x8xf32>
    memref.store %v, %to[%begin, %begin, %begin, %begin] : memref<1x5x5x8xf32>
    kernel.yield
  }
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 5, 5>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<winograd_f4, pixels = 4, oc_blocks = 1, rows = 2>}
    : memref<1x7x7x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x5x5x8xf32>
  return
}
