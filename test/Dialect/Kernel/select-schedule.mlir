// RUN: split-file %s %t
// RUN: resnet-opt %t/lanes4.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v2 exact" | FileCheck %s --check-prefix=V2
// RUN: resnet-opt %t/lanes8.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 exact" | FileCheck %s --check-prefix=V3
// RUN: resnet-opt %t/lanes16.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v4 exact" | FileCheck %s --check-prefix=V4
// RUN: resnet-opt %t/lanes4.mlir "--kernel-select-schedule=triple=aarch64-linux-gnu exact" | FileCheck %s --check-prefix=ARM
// RUN: resnet-opt %t/kept.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3" | FileCheck %s --check-prefix=KEPT
// RUN: resnet-opt %t/winograd.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3" | FileCheck %s --check-prefix=WINOGRAD
// RUN: resnet-opt %t/winograd.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 exact" | FileCheck %s --check-prefix=EXACT
// RUN: resnet-opt %t/winograd.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 max-error=2e-7" | FileCheck %s --check-prefix=ERROR
// RUN: resnet-opt %t/gradient.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=cooperlake" | FileCheck %s --check-prefix=DOT
// RUN: resnet-opt %t/gradient.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v4" | FileCheck %s --check-prefix=NO-DOT
// RUN: not resnet-opt %t/kept.mlir --kernel-select-schedule=triple=riscv64-linux-gnu 2>&1 | FileCheck %s --check-prefix=TRIPLE
// RUN: not resnet-opt %t/kept.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=pentium99" 2>&1 | FileCheck %s --check-prefix=CPU

// What the model of each CPU finds cheapest. A direct tile needs registers for
// pixels * blocks sums, a vector of weights a block and one input:
//   v2  14 x 1 + 1 + 1 = 16 of 16, v3  6 x 2 + 2 + 1 = 15 of 16,
//   v4 and Arm  12 x 2 + 2 + 1 = 27, with 4 to spare 31 of 32.
// Rows go as far as the input they read fits half of the second cache while
// all weights (64 * 64 * 9 * 4 bytes) stay in the other half: (14 + 2) rows of
// 58 * 64 * 4 bytes are 232 KiB of 256. Of 512 KiB for v4 (28 + 2) rows would
// fit, too, with as many bytes moved: then four chunks are preferred to two,
// for threads to divide. A slice of weights for all 64 channels, 9 * 64 * 4 bytes
// for each output channel of the tile, fits 3/4 of the first cache of v2, and of
// Arm's larger one: the others sum up in passes over some blocks of channels.
// V2-LABEL: func.func @early(
// V2: #kernel.schedule<direct, pixels = 14, oc_blocks = 1, rows = 14>
// V3-LABEL: func.func @early(
// V3: #kernel.schedule<direct, pixels = 6, oc_blocks = 2, rows = 14, depth = 4>
// V4-LABEL: func.func @early(
// V4: #kernel.schedule<direct, pixels = 12, oc_blocks = 2, rows = 14, depth = 1>
// ARM-LABEL: func.func @early(
// ARM: #kernel.schedule<direct, pixels = 12, oc_blocks = 2, rows = 14>

// 9 MiB of weights stay nowhere: read once, for all 7 rows. A row of 7 splits
// into 4 and 3, or stays whole.
// V2-LABEL: func.func @late(
// V2: #kernel.schedule<direct, pixels = 7, oc_blocks = 1, rows = 7, depth = 32>
// V3-LABEL: func.func @late(
// V3: #kernel.schedule<direct, pixels = 4, oc_blocks = 3, rows = 7, depth = 3>
// V4-LABEL: func.func @late(
// V4: #kernel.schedule<direct, pixels = 7, oc_blocks = 2, rows = 7, depth = 1>
// ARM-LABEL: func.func @late(
// ARM: #kernel.schedule<direct, pixels = 7, oc_blocks = 2, rows = 7, depth = 32>

// A matrix product has one pixel: only blocks can hide the latency of sums.
// V2-LABEL: func.func @gemm(
// V2: #kernel.schedule<direct, pixels = 1, oc_blocks = 7, rows = 1>
// V3-LABEL: func.func @gemm(
// V3: #kernel.schedule<direct, pixels = 1, oc_blocks = 4, rows = 1>
// V4-LABEL: func.func @gemm(
// V4: #kernel.schedule<direct, pixels = 1, oc_blocks = 8, rows = 1>
// ARM-LABEL: func.func @gemm(
// ARM: #kernel.schedule<direct, pixels = 1, oc_blocks = 8, rows = 1>

// Groups of 2 channels: 2 vectors of weights, one of the input and one that is
// permuted leave 12 of 16 registers for pixels; 5 pieces of a row of 56 are at
// most 12. With 4 to spare 24 of 32 are left, but 3 pieces are at most 19.
// V2-LABEL: func.func @grouped(
// V2: #kernel.schedule<diagonal, pixels = 12, oc_blocks = 1, rows = 56>
// V3-LABEL: func.func @grouped(
// V3: #kernel.schedule<diagonal, pixels = 12, oc_blocks = 1, rows = 56>
// V4-LABEL: func.func @grouped(
// V4: #kernel.schedule<diagonal, pixels = 19, oc_blocks = 1, rows = 56>
// ARM-LABEL: func.func @grouped(
// ARM: #kernel.schedule<diagonal, pixels = 19, oc_blocks = 1, rows = 56>

// A schedule written by hand stays, however bad; the one beside it is chosen.
// What has one pixel and one block has one schedule.
// KEPT-LABEL: func.func @by_hand(
// KEPT: #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 1>
// KEPT-LABEL: func.func @single(
// KEPT: #kernel.schedule<direct, pixels = 1, oc_blocks = 1, rows = 1>
// Groups as wide as a block are direct, and so are those that a vector does not
// hold evenly (3 of 8).
// KEPT-LABEL: func.func @wide_groups(
// KEPT: #kernel.schedule<direct,
// KEPT-LABEL: func.func @odd_groups(
// KEPT: #kernel.schedule<direct,

// Winograd's algorithm needs 36 multiply-adds for 16 results of 3x3, or 16 for
// 4, where the direct one needs 144 and 36. The register tile is chosen as for
// a 1x1 convolution of the 14 * 14 tiles. Their transformed input is 1.8 MB:
// one step that keeps its part in the second cache is faster than two. As many
// register tiles share weights as keep their input, 36 * 8 * 5 * 8 * 4 bytes
// each, in half of that cache and their products in 96 KiB, while the units, 40
// register tiles by 5, divide evenly between threads.
// WINOGRAD-LABEL: func.func @early(
// WINOGRAD: #kernel.schedule<fused_winograd_f4, pixels = 5, oc_blocks = 2, rows = 5>
// EXACT-LABEL: func.func @early(
// EXACT: #kernel.schedule<direct,
// ERROR-LABEL: func.func @early(
// ERROR: #kernel.schedule<fused_winograd_f4,
// Late in a network F(4x4) has 36 / 9 times the weights, which come from memory,
// and of 8 x 8 results it computes 15 are outside: F(2x2) is faster. 16 tiles are
// too few for units of all channels.
// WINOGRAD-LABEL: func.func @late(
// WINOGRAD: #kernel.schedule<winograd_f2, pixels = 6, oc_blocks = 2, rows = 3>
// EXACT-LABEL: func.func @late(
// EXACT: #kernel.schedule<direct,
// With these weights F(4x4) is predicted to err by more than 2e-7, F(2x2) by
// less.
// WINOGRAD-LABEL: func.func @known_weights(
// WINOGRAD: #kernel.schedule<fused_winograd_f4,
// EXACT-LABEL: func.func @known_weights(
// EXACT: #kernel.schedule<direct,
// ERROR-LABEL: func.func @known_weights(
// ERROR: #kernel.schedule<fused_winograd_f2,
// Stride, dilation, groups and other windows are not its business, nor is an
// input without room for whole tiles that belongs to the caller.
// WINOGRAD-LABEL: func.func @others(
// WINOGRAD-COUNT-5: #kernel.schedule<direct,
// WINOGRAD-LABEL: func.func @room(
// WINOGRAD: #kernel.schedule<direct,
// WINOGRAD: #kernel.schedule<fused_winograd_f

// TRIPLE: error: unknown target 'riscv64-linux-gnu'; known are x86_64 and aarch64
// CPU: error: unknown CPU 'pentium99' for x86_64-unknown-linux-gnu; known are {{.*}}, x86-64, x86-64-v2, x86-64-v3, x86-64-v4, {{.*}}

//--- lanes4.mlir

func.func @early(%x: memref<16x58x58x4xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<16x56x56x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<16x58x58x4xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<16x56x56x4xf32>
  return
}

func.func @late(%x: memref<128x9x9x4xf32>, %w: memref<512x512x3x3xf32>, %b: memref<512xf32>, %y: memref<128x7x7x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 512 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 7, 7>, strides = array<i64: 1, 1>}
    : memref<128x9x9x4xf32>, memref<512x512x3x3xf32>, memref<512xf32> -> memref<128x7x7x4xf32>
  return
}

func.func @gemm(%x: memref<128x1x1x4xf32>, %w: memref<1024x512x1x1xf32>, %b: memref<1024xf32>, %y: memref<256x1x1x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 1024 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<128x1x1x4xf32>, memref<1024x512x1x1xf32>, memref<1024xf32> -> memref<256x1x1x4xf32>
  return
}

func.func @grouped(%x: memref<16x58x58x4xf32>, %w: memref<64x2x3x3xf32>, %b: memref<64xf32>, %y: memref<16x56x56x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 32 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<16x58x58x4xf32>, memref<64x2x3x3xf32>, memref<64xf32> -> memref<16x56x56x4xf32>
  return
}

//--- lanes8.mlir

func.func @early(%x: memref<8x58x58x8xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<8x56x56x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  return
}

func.func @late(%x: memref<64x9x9x8xf32>, %w: memref<512x512x3x3xf32>, %b: memref<512xf32>, %y: memref<64x7x7x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 512 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 7, 7>, strides = array<i64: 1, 1>}
    : memref<64x9x9x8xf32>, memref<512x512x3x3xf32>, memref<512xf32> -> memref<64x7x7x8xf32>
  return
}

func.func @gemm(%x: memref<64x1x1x8xf32>, %w: memref<1024x512x1x1xf32>, %b: memref<1024xf32>, %y: memref<128x1x1x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 1024 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<64x1x1x8xf32>, memref<1024x512x1x1xf32>, memref<1024xf32> -> memref<128x1x1x8xf32>
  return
}

func.func @grouped(%x: memref<8x58x58x8xf32>, %w: memref<64x2x3x3xf32>, %b: memref<64xf32>, %y: memref<8x56x56x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 32 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x2x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  return
}

//--- lanes16.mlir

func.func @early(%x: memref<4x58x58x16xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<4x56x56x16xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<4x58x58x16xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<4x56x56x16xf32>
  return
}

func.func @late(%x: memref<32x9x9x16xf32>, %w: memref<512x512x3x3xf32>, %b: memref<512xf32>, %y: memref<32x7x7x16xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 512 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 7, 7>, strides = array<i64: 1, 1>}
    : memref<32x9x9x16xf32>, memref<512x512x3x3xf32>, memref<512xf32> -> memref<32x7x7x16xf32>
  return
}

func.func @gemm(%x: memref<32x1x1x16xf32>, %w: memref<1024x512x1x1xf32>, %b: memref<1024xf32>, %y: memref<64x1x1x16xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 1024 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<32x1x1x16xf32>, memref<1024x512x1x1xf32>, memref<1024xf32> -> memref<64x1x1x16xf32>
  return
}

func.func @grouped(%x: memref<4x58x58x16xf32>, %w: memref<64x2x3x3xf32>, %b: memref<64xf32>, %y: memref<4x56x56x16xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 32 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<4x58x58x16xf32>, memref<64x2x3x3xf32>, memref<64xf32> -> memref<4x56x56x16xf32>
  return
}

//--- kept.mlir

func.func @by_hand(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>, schedule = #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

func.func @single(%x: memref<1x3x3x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x1x1x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<1x3x3x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x1x1x8xf32>
  return
}

func.func @wide_groups(%x: memref<2x4x4x8xf32>, %w: memref<16x8x1x1xf32>, %b: memref<16xf32>, %y: memref<2x4x4x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 16 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 16 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<2x4x4x8xf32>, memref<16x8x1x1xf32>, memref<16xf32> -> memref<2x4x4x8xf32>
  return
}

func.func @odd_groups(%x: memref<3x4x4x8xf32>, %w: memref<24x3x1x1xf32>, %b: memref<24xf32>, %y: memref<3x4x4x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 8 : i64, input_channels = 24 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 24 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<3x4x4x8xf32>, memref<24x3x1x1xf32>, memref<24xf32> -> memref<3x4x4x8xf32>
  return
}

//--- winograd.mlir

func.func @early(%x: memref<8x58x58x8xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<8x56x56x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  return
}

func.func @late(%input: memref<512x7x7xf32>, %w: memref<512x512x3x3xf32>, %b: memref<512xf32>, %y: memref<64x7x7x8xf32>) {
  %x = kernel.buffer : memref<64x9x9x8xf32>
  kernel.fill_halo outs(%x) {offset = array<i64: 1, 1>, size = array<i64: 7, 7>} : memref<64x9x9x8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 512 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 512 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 7, 7>, strides = array<i64: 1, 1>}
    : memref<64x9x9x8xf32>, memref<512x512x3x3xf32>, memref<512xf32> -> memref<64x7x7x8xf32>
  return
}

func.func @known_weights(%x: memref<1x58x58x8xf32>, %y: memref<1x56x56x8xf32>) {
  %w = kernel.weight dense<1.0> : tensor<8x8x3x3xf32> -> memref<8x8x3x3xf32>
  %b = kernel.weight dense<1.0> : tensor<8xf32> -> memref<8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<1x58x58x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x56x56x8xf32>
  return
}

func.func @others(%x: memref<8x58x58x8xf32>, %w: memref<64x64x3x3xf32>, %grouped: memref<64x32x3x3xf32>, %five: memref<64x64x5x5xf32>, %one: memref<64x64x1x1xf32>, %b: memref<64xf32>, %y: memref<8x56x56x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 28, 28>, strides = array<i64: 2, 2>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 2, 2>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 54, 54>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  kernel.conv ins(%x, %grouped, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x32x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  kernel.conv ins(%x, %five, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 5, 5>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 54, 54>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x5x5xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  kernel.conv ins(%x, %one, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x1x1xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  return
}

func.func @room(%x: memref<8x57x57x8xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<8x55x55x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 55, 55>, strides = array<i64: 1, 1>}
    : memref<8x57x57x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x55x55x8xf32>
  %widened = kernel.buffer : memref<8x57x57x8xf32>
  kernel.fill_halo outs(%widened) {offset = array<i64: 1, 1>, size = array<i64: 55, 55>} : memref<8x57x57x8xf32>
  kernel.conv ins(%widened, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 55, 55>, strides = array<i64: 1, 1>}
    : memref<8x57x57x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x55x55x8xf32>
  return
}

//--- gradient.mlir
// Gradients of filters take the products of pairs where the CPU has them and the
// images are of bf16.
// DOT-LABEL: func.func @gradient(
// DOT: kernel.conv_filter_gradient {{.*}}dot{{.*}} : memref<1x5x5x16xbf16>
// DOT: kernel.conv_filter_gradient
// DOT-NOT: dot
// NO-DOT-NOT: dot,
func.func @gradient(%x: memref<1x5x5x16xbf16>, %y: memref<1x5x5x16xf32>, %w: memref<256xf32>) {
  kernel.conv_filter_gradient ins(%x, %x) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<1x5x5x16xbf16>, memref<1x5x5x16xbf16> -> memref<256xf32>
  kernel.conv_filter_gradient ins(%x, %y) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<1x5x5x16xbf16>, memref<1x5x5x16xf32> -> memref<256xf32>
  return
}
