// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @view_size(%x: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs dense types with the same number of elements}}
  %0 = kernel.view %x : memref<1x4x4x8xf32> to memref<127xf32>
  return
}

// -----

// A view is of the memory as it is: a transposed type would read it differently.
func.func @view_strided(%x: memref<4x8xf32>) {
  // expected-error @+1 {{needs dense types with the same number of elements}}
  %0 = kernel.view %x : memref<4x8xf32> to memref<8x4xf32, strided<[1, 8]>>
  return
}

// -----

func.func @view_of_strided(%x: memref<8x4xf32, strided<[1, 8]>>) {
  // expected-error @+1 {{needs dense types with the same number of elements}}
  %0 = kernel.view %x : memref<8x4xf32, strided<[1, 8]>> to memref<32xf32>
  return
}

// -----

func.func @dynamic() {
  // expected-error @+1 {{must be statically shaped memref of any type values, but got 'memref<?x8xf32>'}}
  %0 = kernel.buffer : memref<?x8xf32>
  return
}

// -----

func.func @input_rank(%x: memref<36x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs an input of rank 3 or 4}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<36x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @output_rank(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<8x4x4xf32>) {
  // expected-error @+1 {{needs a blocked output and residual}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<8x4x4xf32>
  return
}

// -----

func.func @residual_rank(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>, %s: memref<8x4x4xf32>) {
  // expected-error @+1 {{needs a blocked output and residual}}
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<8x4x4xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @kernel_shape(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @strides(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @dilations(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @output_size(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 0, 0, 0>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @input_offset(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @output_offset(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @residual_offset(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, residual_offset = array<i64: 0, 0, 0>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @planar_groups(%x: memref<8x6x6xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{on a planar input must have one group}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<8x6x6xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @input_groups(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has channels that groups do not divide}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 3 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 6 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @output_groups(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has channels that groups do not divide}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 7 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @no_group(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has channels that groups do not divide}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 0 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

// From row 1, the last window ends in row 1 + 3 + 2 = 6, past 5.
func.func @reads_rows(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 0}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 1, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @reads_columns(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 1}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 2>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

// (2 - 1) * 4 + 2 = 6, past 5; the columns, in steps of 1, fit.
func.func @reads_strided(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 0}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 2, 4>, strides = array<i64: 4, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @reads_before(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 1}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, -1>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @writes_rows(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{writes outside its output in dimension 0}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 1, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @writes_columns(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{writes outside its output in dimension 1}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, -1>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @schedule_rows(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule whose rows do not divide 4}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 3>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @schedule_pixels(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule of nothing}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<direct, pixels = 0, oc_blocks = 1, rows = 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @schedule_blocks(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule of nothing}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 0, rows = 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @schedule_no_rows(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule of nothing}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 0>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @schedule_depth(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule of nothing}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 4, depth = -1>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @diagonal_one_group(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has groups that the diagonal algorithm does not fit}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<diagonal, pixels = 4, oc_blocks = 1, rows = 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

// 16 channels in 2 groups of 8: a group is as wide as a vector.
func.func @diagonal_wide_groups(%x: memref<2x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<2x4x4x8xf32>) {
  // expected-error @+1 {{has groups that the diagonal algorithm does not fit}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 16 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 16 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<diagonal, pixels = 4, oc_blocks = 1, rows = 4>, strides = array<i64: 1, 1>}
    : memref<2x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<2x4x4x8xf32>
  return
}

// -----

// 3 channels do not fit a vector of 8.
func.func @diagonal_odd_groups(%x: memref<3x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<3x4x4x8xf32>) {
  // expected-error @+1 {{has groups that the diagonal algorithm does not fit}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 8 : i64, input_channels = 24 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 24 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<diagonal, pixels = 4, oc_blocks = 1, rows = 4>, strides = array<i64: 1, 1>}
    : memref<3x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<3x4x4x8xf32>
  return
}

// -----

func.func @diagonal_widening(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<2x4x4x8xf32>) {
  // expected-error @+1 {{has groups that the diagonal algorithm does not fit}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 4 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 16 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, schedule = #kernel.schedule<diagonal, pixels = 4, oc_blocks = 1, rows = 4>, strides = array<i64: 1, 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<2x4x4x8xf32>
  return
}

// -----

func.func @map_size(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs a size for each dimension of the output}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @map_offsets(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs two offsets for each operand}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @map_arguments(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs a body argument for each input}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%a: f32, %b: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @map_yield(%x: memref<1x4x4x8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{must yield one value}}
  kernel.map ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x4x4x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a, %a : f32, f32
  }
  return
}

// -----

func.func @launch(%x: memref<8xf32>) {
  // expected-error @+1 {{refers to nothing, which is no function}}
  kernel.launch @nothing(%x) units 1 macs 0 : memref<8xf32>
  return
}

// -----

memref.global "private" @data : memref<8xf32>
func.func @launch_data(%x: memref<8xf32>) {
  // expected-error @+1 {{refers to data, which is no function}}
  kernel.launch @data(%x) units 1 macs 0 : memref<8xf32>
  return
}

// -----

func.func @winograd_outputs(%x: memref<1x6x6x8xf32>, %v: memref<1x36x2x8xf32>) {
  // expected-error @+1 {{knows tiles of 2 or 4 results, not 3}}
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 3 : i64, tiles = array<i64: 1, 1>}
    : memref<1x6x6x8xf32> -> memref<1x36x2x8xf32>
  return
}

// -----

func.func @winograd_planar(%x: memref<8x6x6xf32>, %v: memref<1x36x2x8xf32>) {
  // expected-error @+1 {{needs a blocked input and an output of rank 4}}
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 1, 1>}
    : memref<8x6x6xf32> -> memref<1x36x2x8xf32>
  return
}

// -----

func.func @winograd_rank(%x: memref<1x6x6x8xf32>, %v: memref<1x36x2x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 1>}
    : memref<1x6x6x8xf32> -> memref<1x36x2x8xf32>
  return
}

// -----

func.func @winograd_points(%x: memref<1x6x6x8xf32>, %v: memref<1x16x2x8xf32>) {
  // expected-error @+1 {{has an output that does not fit its input}}
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 1, 1>}
    : memref<1x6x6x8xf32> -> memref<1x16x2x8xf32>
  return
}

// -----

func.func @winograd_split(%x: memref<1x6x6x8xf32>, %v: memref<2x36x2x8xf32>) {
  // expected-error @+1 {{has an output that does not split its tiles evenly}}
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 1, 1>}
    : memref<1x6x6x8xf32> -> memref<2x36x2x8xf32>
  return
}

// -----

func.func @winograd_reach(%x: memref<1x6x6x8xf32>, %v: memref<1x36x2x8xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 1}}
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 1>, outputs = 4 : i64, tiles = array<i64: 1, 1>}
    : memref<1x6x6x8xf32> -> memref<1x36x2x8xf32>
  return
}

// -----

func.func @winograd_conv_outputs(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{knows tiles of 2 or 4 results, not 6}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 6 : i64,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_algorithm(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule for another algorithm}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<winograd_f2, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_rows(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule of nothing}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 0>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_planar(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<8x4x4xf32>) {
  // expected-error @+1 {{needs tiles, a blocked output, image and residual}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<8x4x4xf32>
  return
}

// -----

func.func @winograd_conv_rank(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{needs attributes of two elements, rows and columns}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_tiles(%v: memref<1x36x4x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has an input that does not fit its schedule}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x4x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_reach(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{writes outside its output in dimension 0}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 1, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_unfused(%v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has a schedule for another algorithm}}
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<fused_winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_image(%x: memref<2x6x6x8xf32>, %v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{has an image that does not fit its input}}
  kernel.winograd_conv ins(%v, %w, %b) image(%x : memref<2x6x6x8xf32>) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<fused_winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @winograd_conv_image_reach(%x: memref<1x6x6x8xf32>, %v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{reads outside its input in dimension 0}}
  kernel.winograd_conv ins(%v, %w, %b) image(%x : memref<1x6x6x8xf32>) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, input_offset = array<i64: 1, 0>,
     output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<fused_winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @conv_winograd(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  // expected-error @+1 {{does not admit Winograd's algorithm}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 2, 2>, strides = array<i64: 2, 2>,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// -----

func.func @conv_dot(%x: memref<1x1x1x8xf32>, %w: memref<8x8x1x1xf32>, %b: memref<8xf32>, %y: memref<1x1x1x8xf32>) {
  // expected-error @+1 {{has dot products of an input that is not bf16}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<dot, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x1x1x8xf32>, memref<8x8x1x1xf32>, memref<8xf32> -> memref<1x1x1x8xf32>
  return
}

// -----

func.func @conv_rounded(%x: memref<1x1x1x8xbf16>, %w: memref<8x8x1x1xf32>, %b: memref<8xf32>, %y: memref<1x1x1x8xbf16>) {
  // expected-error @+1 {{has passes whose sums its output would round}}
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<dot, pixels = 1, oc_blocks = 1, rows = 1, depth = 1>}
    : memref<1x1x1x8xbf16>, memref<8x8x1x1xf32>, memref<8xf32> -> memref<1x1x1x8xbf16>
  return
}

// -----

func.func @plane_means_rank(%x: memref<1x4x4x8xf32>, %y: memref<1x1x1x8xf32>) {
  // expected-error @+1 {{needs a size for each of four dimensions}}
  kernel.plane_means ins(%x) outs(%y) {offsets = array<i64: 0, 0>, size = array<i64: 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x1x1x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @plane_means_lanes(%x: memref<1x4x4x1xf32>, %y: memref<1x1x1x1xf32>) {
  // expected-error @+1 {{needs blocks of several channels}}
  kernel.plane_means ins(%x) outs(%y) {offsets = array<i64: 0, 0>, size = array<i64: 1, 4, 4, 1>}
    : memref<1x4x4x1xf32> -> memref<1x1x1x1xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @plane_means_offsets(%x: memref<1x4x4x8xf32>, %y: memref<1x1x1x8xf32>) {
  // expected-error @+1 {{needs two offsets for each input}}
  kernel.plane_means ins(%x) outs(%y) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x1x1x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @plane_means_outside(%x: memref<1x4x4x8xf32>, %y: memref<1x1x1x8xf32>) {
  // expected-error @+1 {{reaches outside operand 0 in dimension 1}}
  kernel.plane_means ins(%x) outs(%y) {offsets = array<i64: 1, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x1x1x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @plane_means_output(%x: memref<1x4x4x8xf32>, %y: memref<2x1x1x8xf32>) {
  // expected-error @+1 {{needs an element for each channel in each output}}
  kernel.plane_means ins(%x) outs(%y) {offsets = array<i64: 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<2x1x1x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}

// -----

func.func @plane_means_yield(%x: memref<1x4x4x8xf32>, %y: memref<1x1x1x8xf32>) {
  // expected-error @+1 {{must yield one value}}
  kernel.plane_means ins(%x) outs(%y) {offsets = array<i64: 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x1x1x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a, %a : f32, f32
  }
  return
}
