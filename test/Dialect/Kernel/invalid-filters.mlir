// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @transpose_rank(%w: memref<4x2x3xf32>, %v: memref<2x4x3xf32>) {
  // expected-error @+1 {{needs filters of two spatial dimensions}}
  kernel.transpose_filter ins(%w) outs(%v) : memref<4x2x3xf32> -> memref<2x4x3xf32>
  return
}

// -----

func.func @transpose_shape(%w: memref<4x2x3x1xf32>, %v: memref<2x4x1x3xf32>) {
  // expected-error @+1 {{has an output that does not fit its input}}
  kernel.transpose_filter ins(%w) outs(%v) : memref<4x2x3x1xf32> -> memref<2x4x1x3xf32>
  return
}

// -----

func.func @products_rank(%d: memref<1x16x4x4xf32>, %u: memref<16x1x1x16xf32>) {
  // expected-error @+1 {{needs transformed tiles, and sums of rank 5}}
  kernel.winograd_filter_products ins(%d, %d) outs(%u) {tiles = 1 : i64} : memref<1x16x4x4xf32>, memref<1x16x4x4xf32> -> memref<16x1x1x16xf32>
  return
}

// -----

func.func @products_tiles(%d: memref<1x16x4x4xf32>, %u: memref<16x1x1x4x4xf32>) {
  // expected-error @+1 {{has a parameter tiles of 0}}
  kernel.winograd_filter_products ins(%d, %d) outs(%u) {tiles = 0 : i64} : memref<1x16x4x4xf32>, memref<1x16x4x4xf32> -> memref<16x1x1x4x4xf32>
  return
}

// -----

func.func @products_runs(%d: memref<2x16x2x4xf32>, %u: memref<16x1x1x4x4xf32>) {
  // expected-error @+1 {{needs all tiles of a point together}}
  kernel.winograd_filter_products ins(%d, %d) outs(%u) {tiles = 4 : i64} : memref<2x16x2x4xf32>, memref<2x16x2x4xf32> -> memref<16x1x1x4x4xf32>
  return
}

// -----

func.func @products_size(%d: memref<1x16x4x4xf32>, %u: memref<16x1x2x4x4xf32>) {
  // expected-error @+1 {{has sums that do not fit its tiles}}
  kernel.winograd_filter_products ins(%d, %d) outs(%u) {tiles = 4 : i64} : memref<1x16x4x4xf32>, memref<1x16x4x4xf32> -> memref<16x1x2x4x4xf32>
  return
}

// -----

func.func @filter_outputs(%u: memref<25x1x1x4x4xf32>, %w: memref<144xf32>) {
  // expected-error @+1 {{knows tiles of 2 or 4 results, not 3}}
  kernel.winograd_filter ins(%u) outs(%w) {outputs = 3 : i64} : memref<25x1x1x4x4xf32> -> memref<144xf32>
  return
}

// -----

func.func @filter_points(%u: memref<36x1x1x4x4xf32>, %w: memref<144xf32>) {
  // expected-error @+1 {{needs sums of rank 5 for each point}}
  kernel.winograd_filter ins(%u) outs(%w) {outputs = 2 : i64} : memref<36x1x1x4x4xf32> -> memref<144xf32>
  return
}

// -----

func.func @filter_size(%u: memref<36x1x1x4x4xf32>, %w: memref<288xf32>) {
  // expected-error @+1 {{has an output of the wrong size}}
  kernel.winograd_filter ins(%u) outs(%w) {outputs = 4 : i64} : memref<36x1x1x4x4xf32> -> memref<288xf32>
  return
}

// -----

func.func @gradient_reach(%g: memref<1x4x4x4xf32>, %v: memref<1x36x1x4xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 1}}
  kernel.winograd_gradient ins(%g) outs(%v) {input_offset = array<i64: 0, 1>, outputs = 4 : i64, tiles = array<i64: 1, 1>} : memref<1x4x4x4xf32> -> memref<1x36x1x4xf32>
  return
}

// -----

func.func @dot_f32(%x: memref<1x5x5x16xf32>, %w: memref<256xf32>) {
  // expected-error @+1 {{has dot products of what is not bf16 in blocks, or of too many columns}}
  kernel.conv_filter_gradient ins(%x, %x) outs(%w)
    {dilations = array<i64: 1, 1>, dot, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<1x5x5x16xf32>, memref<1x5x5x16xf32> -> memref<256xf32>
  return
}
