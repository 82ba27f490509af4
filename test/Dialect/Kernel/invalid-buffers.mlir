// RUN: resnet-opt %s --split-input-file --verify-diagnostics

// What operations do with their buffers stays inside them, and no parameter is
// so large that what is computed from it overflows.

func.func @empty(%x: memref<1x6x6x0xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x0xf32>) {
  // expected-error @+1 {{has a buffer without elements}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x0xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x0xf32>
  return
}

// -----

func.func @large(%x: memref<1099511627776x6x6x1099511627776xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a buffer that is too large}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1099511627776x6x6x1099511627776xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @lanes(%x: memref<1x6x6x2048xf32>, %y: memref<1x6x6x2048xf32>) {
  // expected-error @+1 {{has a buffer with blocks of 2048; at most 1024 are supported}}
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x2048xf32>
  return
}

// -----

func.func @parameter(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a parameter input_offset of 2147483648}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 2147483648, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @kernel_shape(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a parameter kernel_shape of 0}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 0, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @strides(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a parameter strides of -1}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, -1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @blocks(%x: memref<2x6x6x4xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has an input and an output of different blocks}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<2x6x6x4xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @channels(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has more channels than its buffers}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 16 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @residual(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %r: memref<1x3x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a residual that does not fit its output}}
  kernel.conv ins(%x, %w, %b) residual(%r) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x3x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @residual_blocks(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %r: memref<2x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a residual that does not fit its output}}
  kernel.conv ins(%x, %w, %b) residual(%r) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<2x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @schedule(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule that is too large}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 1, oc_blocks = 1, rows = 9223372036854775807>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_channels(%v: memref<1x16x1x2xf32>, %w: memref<1x1x3x3xf32>, %b: memref<1xf32>, %y: memref<1x2x2x2xf32>) {
  // expected-error @+1 {{has more channels than its buffers}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 1 : i64, output_channels = 3 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 2, 2>, outputs = 2 : i64,
     schedule = #kernel.schedule<winograd_f2, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x16x1x2xf32>, memref<1x1x3x3xf32>, memref<1xf32> -> memref<1x2x2x2xf32>
  return
}

// -----

func.func @winograd_no_channels(%v: memref<1x16x1x2xf32>, %w: memref<1x1x3x3xf32>, %b: memref<1xf32>, %y: memref<1x2x2x2xf32>) {
  // expected-error @+1 {{has no channels}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 1 : i64, output_channels = -2 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 2, 2>, outputs = 2 : i64,
     schedule = #kernel.schedule<winograd_f2, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x16x1x2xf32>, memref<1x1x3x3xf32>, memref<1xf32> -> memref<1x2x2x2xf32>
  return
}

// -----

func.func @winograd_size(%v: memref<1x16x1x2xf32>, %w: memref<1x1x3x3xf32>, %b: memref<1xf32>, %y: memref<1x2x2x2xf32>) {
  // expected-error @+1 {{has a parameter output_size of 0}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 1 : i64, output_channels = 2 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 2, 0>, outputs = 2 : i64,
     schedule = #kernel.schedule<winograd_f2, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x16x1x2xf32>, memref<1x1x3x3xf32>, memref<1xf32> -> memref<1x2x2x2xf32>
  return
}

// -----

func.func @winograd_tiles(%x: memref<1x4x4x2xf32>, %y: memref<1x16x1x2xf32>) {
  // expected-error @+1 {{has a parameter tiles of -1}}
  kernel.winograd_input ins(%x) outs(%y) {input_offset = array<i64: 0, 0>, outputs = 2 : i64, tiles = array<i64: -1, -1>}
    : memref<1x4x4x2xf32> -> memref<1x16x1x2xf32>
  return
}

// -----

func.func @strided(%x: memref<8x4x4xf32, strided<[32, 4, 1]>>, %y: memref<8x4x4xf32>) {
  // expected-error @+1 {{has a buffer that is not dense}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>} : memref<8x4x4xf32, strided<[32, 4, 1]>> -> memref<8x4x4xf32>
  return
}

// -----

func.func @copy_rank(%x: memref<8x16xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs buffers of rank 3 or 4}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>} : memref<8x16xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_triples(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of three elements}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_base(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs an input_base of two elements}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>, input_base = array<i64: 0>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_perm(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has an input_perm that is no permutation}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>, input_perm = array<i64: 0, 0, 1>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_size(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a parameter size of 0}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 0, 4>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_writes(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{writes outside its output}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 1, 0, 0>, size = array<i64: 8, 4, 4>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_reads(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>, input_base = array<i64: 0, 1>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @copy_reads_perm(%x: memref<4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input}}
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>, input_perm = array<i64: 0, 1, 2>} : memref<4x4x8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @halo_rank(%y: memref<8x16xf32>) {
  // expected-error @+1 {{needs a buffer of rank 3 or 4}}
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 2, 2>} : memref<8x16xf32>
  return
}

// -----

func.func @halo_pairs(%y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 2>} : memref<1x4x4x8xf32>
  return
}

// -----

func.func @halo_plane(%y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a plane outside its buffer}}
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 2, 4>} : memref<1x4x4x8xf32>
  return
}

// -----

func.func @pool_blocks(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x4xf32>) {
  // expected-error @+1 {{needs an input and an output of the same blocks}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x4xf32>
  return
}

// -----

func.func @pool_pairs(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  return
}

// -----

func.func @pool_four(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x8xf32>) {
  // expected-error @+1 {{needs pads of four elements}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  return
}

// -----

func.func @pool_strides(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x8xf32>) {
  // expected-error @+1 {{has a parameter strides of 0}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 0, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  return
}

// -----

func.func @pool_pads(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x8xf32>) {
  // expected-error @+1 {{has a parameter pads of -1}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, -1, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  return
}

// -----

func.func @pool_reads(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x8xf32>) {
  // expected-error @+1 {{reads outside its input}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 2>, input_offset = array<i64: 1, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  return
}

// -----

func.func @pool_writes(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x8xf32>) {
  // expected-error @+1 {{writes outside its output}}
  kernel.pool <max> ins(%x) outs(%y) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, input_size = array<i64: 4, 4>, output_size = array<i64: 2, 3>, input_offset = array<i64: 0, 0>, output_offset = array<i64: 0, 0>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  return
}

// -----

func.func @softmax(%x: memref<1x8x1xf32>, %y: memref<1x4x1xf32>) {
  // expected-error @+1 {{needs two buffers of one shape of rank 3}}
  kernel.softmax ins(%x) outs(%y) : memref<1x8x1xf32> -> memref<1x4x1xf32>
  return
}

// -----

func.func @map_rank(%x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @+1 {{needs two to four dimensions}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 8>} : memref<8xf32> -> memref<8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  return
}

// -----

func.func @map_ranks(%x: memref<4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has operands of different ranks}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>} : memref<4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  return
}

// -----

func.func @map_size(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a parameter size of 0}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 0, 8>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  return
}

// -----

func.func @map_reach(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reaches outside operand 0 in dimension 1}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 1, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  return
}

// -----

func.func @map_reach_output(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reaches outside operand 1 in dimension 2}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 1>, size = array<i64: 1, 4, 4, 8>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %e : f32
  }
  return
}

// -----

func.func @map_index(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a body of what are no elements}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: index):
    kernel.yield %e : index
  }
  return
}

// -----

func.func @map_outside(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>, %z: f32) {
  // expected-error @+1 {{has a body that takes values from outside}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: f32):
    kernel.yield %z : f32
  }
  return
}

// -----

func.func @map_function(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a body with func.call, which is not elementwise}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>} : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%e: f32):
    %f = func.call @f(%e) : (f32) -> f32
    kernel.yield %f : f32
  }
  return
}
func.func private @f(f32) -> f32

// -----

func.func @filter_gradient(%x: memref<1x7x7x4xf32>, %g: memref<1x5x5x4xf32>, %w: memref<144xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 0}}
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 1, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x7x7x4xf32>, memref<1x5x5x4xf32> -> memref<144xf32>
  return
}

// -----

func.func @filter_gradient_size(%x: memref<1x7x7x4xf32>, %g: memref<1x5x5x4xf32>, %w: memref<140xf32>) {
  // expected-error @+1 {{has an output of the wrong size}}
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x7x7x4xf32>, memref<1x5x5x4xf32> -> memref<140xf32>
  return
}

// -----

func.func @filter_gradient_groups(%x: memref<1x7x7x4xf32>, %g: memref<1x5x5x4xf32>, %w: memref<144xf32>) {
  // expected-error @+1 {{has groups that do not fit blocks}}
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 3 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x7x7x4xf32>, memref<1x5x5x4xf32> -> memref<144xf32>
  return
}
