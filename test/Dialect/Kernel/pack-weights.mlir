// RUN: split-file %s %t
// RUN: resnet-opt %t/direct.mlir --kernel-pack-weights | FileCheck %s --check-prefix=DIRECT
// RUN: resnet-opt %t/ragged.mlir --kernel-pack-weights | FileCheck %s --check-prefix=RAGGED
// RUN: resnet-opt %t/diagonal.mlir --kernel-pack-weights | FileCheck %s --check-prefix=DIAGONAL
// RUN: resnet-opt %t/subnormal.mlir --kernel-pack-weights | FileCheck %s --check-prefix=SUBNORMAL
// RUN: resnet-opt %t/shared.mlir --kernel-pack-weights | FileCheck %s --check-prefix=SHARED
// RUN: resnet-opt %t/bf16.mlir --kernel-pack-weights | FileCheck %s --check-prefix=BF16
// RUN: resnet-opt %t/columns.mlir --kernel-pack-weights | FileCheck %s --check-prefix=COLUMNS
// RUN: resnet-opt %t/winograd.mlir --kernel-pack-weights | FileCheck %s --check-prefix=WINOGRAD
// RUN: resnet-opt %t/shared.mlir --kernel-pack-weights=release | FileCheck %s --check-prefix=SHARED
// RUN: resnet-opt %t/subnormal.mlir --kernel-pack-weights=release | FileCheck %s --check-prefix=SUBNORMAL
// RUN: not resnet-opt %t/unscheduled.mlir --kernel-pack-weights 2>&1 | FileCheck %s --check-prefix=UNSCHEDULED
// RUN: not resnet-opt %t/variable.mlir --kernel-pack-weights 2>&1 | FileCheck %s --check-prefix=VARIABLE
// RUN: not resnet-opt %t/size.mlir --kernel-pack-weights 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not resnet-opt %t/bias.mlir --kernel-pack-weights 2>&1 | FileCheck %s --check-prefix=BIAS
// RUN: not resnet-opt %t/value.mlir --kernel-pack-weights 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not resnet-opt %t/splat.mlir --kernel-pack-weights 2>&1 | FileCheck %s --check-prefix=SPLAT
// RUN: resnet-opt %t/learned.mlir --kernel-pack-weights | FileCheck %s --check-prefix=LEARNED
// RUN: resnet-opt %t/pairs.mlir --kernel-pack-weights | FileCheck %s --check-prefix=PAIRS

// Resources print as their alignment, 04000000, and their floats in hexadecimal:
// 1 is 0000803F, 2 00000040, 3 00004040, 4 00008040, 5 0000A040, 6 0000C040,
// 7 0000E040 and 8 00000041.

// Weight (m, c) is 2 m + c + 1. For each c in turn, lanes of the first block,
// then of the second: (0,0) (1,0) (2,0) (3,0), (0,1) (1,1) (2,1) (3,1).
// DIRECT: kernel.weight dense_resource<[[W:packed.*]]> : tensor<8xf32> -> memref<8xf32>
// DIRECT: kernel.weight dense_resource<[[B:bias.*]]> : tensor<4xf32> -> memref<4xf32>
// DIRECT: kernel.conv
// DIRECT-DAG: [[B]]: "0x040000000000803F000000400000404000008040"
// DIRECT-DAG: [[W]]: "0x040000000000803F000040400000A0400000E04000000040000080400000C04000000041"

//--- direct.mlir
func.func @direct(%x: memref<1x3x3x2xf32>, %y: memref<2x3x3x2xf32>) {
  %w = kernel.weight dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]], [[[7.0]], [[8.0]]]]> : tensor<4x2x1x1xf32> -> memref<4x2x1x1xf32>
  %b = kernel.weight dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 2, rows = 1>}
    : memref<1x3x3x2xf32>, memref<4x2x1x1xf32>, memref<4xf32> -> memref<2x3x3x2xf32>
  return
}

// The same as bf16, the upper halves of the floats: both channels of an output
// together. A tie goes to the even neighbour: 1 + 2^-8 is 1, the bias stays f32.
// BF16: kernel.weight dense_resource<[[W:packed.*]]> : tensor<8xbf16> -> memref<8xbf16>
// BF16: kernel.weight dense_resource<[[B:bias.*]]> : tensor<4xf32> -> memref<4xf32>
// BF16-DAG: [[B]]: "0x040000000000803F000000400000404000008040"
// BF16-DAG: [[W]]: "0x02000000803F004040408040A040C040E0400041"

//--- bf16.mlir
func.func @bf16(%x: memref<1x3x3x2xbf16>, %y: memref<2x3x3x2xbf16>) {
  %w = kernel.weight dense<[[[[1.00390625]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]], [[[7.0]], [[8.0]]]]> : tensor<4x2x1x1xf32> -> memref<4x2x1x1xf32>
  %b = kernel.weight dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 2, rows = 1>}
    : memref<1x3x3x2xbf16>, memref<4x2x1x1xf32>, memref<4xf32> -> memref<2x3x3x2xbf16>
  return
}

// Of a planar input columns are pairs: (1, 2) and (3, 0) for the first output,
// (4, 5) and (6, 0) for the second, whose halves alternate.
// COLUMNS: tensor<8xbf16>
// COLUMNS-DAG: packed: "0x02000000803F00408040A04040400000C0400000"

//--- columns.mlir
func.func @columns(%x: memref<1x2x4xbf16>, %y: memref<1x1x2x2xbf16>) {
  %w = kernel.weight dense<[[[[1.0, 2.0, 3.0]]], [[[4.0, 5.0, 6.0]]]]> : tensor<2x1x1x3xf32> -> memref<2x1x1x3xf32>
  %b = kernel.weight dense<[1.0, 2.0]> : tensor<2xf32> -> memref<2xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 1 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 3>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 2>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 1>}
    : memref<1x2x4xbf16>, memref<2x1x1x3xf32>, memref<2xf32> -> memref<1x1x2x2xbf16>
  return
}

// One output and one input channel of two: the others' weights are zeros, and
// so is the other bias. The window's two columns come before the channels.
// RAGGED-DAG: packed: "0x040000000000803F00000000000000000000000000000040000000000000000000000000"
// RAGGED-DAG: bias: "0x040000000000404000000000"

//--- ragged.mlir
func.func @ragged(%x: memref<1x3x4x2xf32>, %y: memref<1x3x3x2xf32>) {
  %w = kernel.weight dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32> -> memref<1x1x1x2xf32>
  %b = kernel.weight dense<3.0> : tensor<1xf32> -> memref<1xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 1 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 2>, output_channels = 1 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x3x4x2xf32>, memref<1x1x1x2xf32>, memref<1xf32> -> memref<1x3x3x2xf32>
  return
}

// Two groups of two channels in a block of four. Weight (m, k) is 2 m + k + 1:
// the vector of k = 0 for all m, then that of k = 1.
// DIAGONAL: packed: "0x040000000000803F000040400000A0400000E04000000040000080400000C04000000041"

//--- diagonal.mlir
func.func @diagonal(%x: memref<1x3x3x4xf32>, %y: memref<1x3x3x4xf32>) {
  %w = kernel.weight dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]], [[[7.0]], [[8.0]]]]> : tensor<4x2x1x1xf32> -> memref<4x2x1x1xf32>
  %b = kernel.weight dense<0.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<diagonal, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x3x3x4xf32>, memref<4x2x1x1xf32>, memref<4xf32> -> memref<1x3x3x4xf32>
  return
}

// The smallest normal number, 1.17549435e-38 (00008000), stays; what is smaller
// becomes a zero of its sign. Infinity and NaN stay.
// SUBNORMAL-DAG: packed: "0x04000000000080000000000000000080000080FF"
// SUBNORMAL-DAG: bias: "0x040000000000C07F00008080"

//--- subnormal.mlir
func.func @subnormal(%x: memref<1x3x3x2xf32>, %y: memref<1x3x3x2xf32>) {
  %w = kernel.weight dense<[[[[0x00800000]], [[0x80000001]]], [[[0x007FFFFF]], [[0xFF800000]]]]> : tensor<2x2x1x1xf32> -> memref<2x2x1x1xf32>
  %b = kernel.weight dense<[0x7FC00000, 0x80800000]> : tensor<2xf32> -> memref<2xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x3x3x2xf32>, memref<2x2x1x1xf32>, memref<2xf32> -> memref<1x3x3x2xf32>
  return
}

// Two schedules of one weight, two orders: that of @direct for both blocks at
// once, and block after block, channel after channel, for one at a time.
// SHARED-DAG: packed: "0x040000000000803F000040400000A0400000E04000000040000080400000C04000000041"
// SHARED-DAG: packed_1: "0x040000000000803F0000404000000040000080400000A0400000E0400000C04000000041"
// What only the unpacked weights were for is gone.
// SHARED-NOT: tensor<4x2x1x1xf32>

//--- shared.mlir
func.func @shared(%x: memref<2x3x3xf32>, %y: memref<2x3x3x2xf32>, %z: memref<2x3x3x2xf32>) {
  %w = kernel.weight dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]], [[[7.0]], [[8.0]]]]> : tensor<4x2x1x1xf32> -> memref<4x2x1x1xf32>
  %b = kernel.weight dense<0.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 2, rows = 1>}
    : memref<2x3x3xf32>, memref<4x2x1x1xf32>, memref<4xf32> -> memref<2x3x3x2xf32>
  kernel.conv ins(%x, %w, %b) outs(%z)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<2x3x3xf32>, memref<4x2x1x1xf32>, memref<4xf32> -> memref<2x3x3x2xf32>
  return
}

// UNSCHEDULED: error: 'kernel.conv' op has no schedule; run kernel-select-schedule

//--- unscheduled.mlir
func.func @unscheduled(%x: memref<1x3x3x2xf32>, %y: memref<1x3x3x2xf32>) {
  %w = kernel.weight dense<1.0> : tensor<2x2x1x1xf32> -> memref<2x2x1x1xf32>
  %b = kernel.weight dense<1.0> : tensor<2xf32> -> memref<2xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x3x3x2xf32>, memref<2x2x1x1xf32>, memref<2xf32> -> memref<1x3x3x2xf32>
  return
}

// VARIABLE: error: 'kernel.conv' op has a weight or bias that is neither a constant nor shared by all images

//--- variable.mlir
func.func @variable(%x: memref<1x3x3x2xf32>, %w: memref<2x2x1x1xf32>, %b: memref<2xf32>, %y: memref<1x3x3x2xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x3x3x2xf32>, memref<2x2x1x1xf32>, memref<2xf32> -> memref<1x3x3x2xf32>
  return
}

// SIZE: error: 'kernel.conv' op has a weight of the wrong size

//--- size.mlir
func.func @size(%x: memref<1x3x3x2xf32>, %y: memref<1x3x3x2xf32>) {
  %w = kernel.weight dense<1.0> : tensor<2x1x1x1xf32> -> memref<2x1x1x1xf32>
  %b = kernel.weight dense<1.0> : tensor<2xf32> -> memref<2xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x3x3x2xf32>, memref<2x1x1x1xf32>, memref<2xf32> -> memref<1x3x3x2xf32>
  return
}

// BIAS: error: 'kernel.conv' op has a bias of the wrong size

//--- bias.mlir
func.func @bias(%x: memref<1x3x3x2xf32>, %y: memref<1x3x3x2xf32>) {
  %w = kernel.weight dense<1.0> : tensor<2x2x1x1xf32> -> memref<2x2x1x1xf32>
  %b = kernel.weight dense<1.0> : tensor<1xf32> -> memref<1xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x3x3x2xf32>, memref<2x2x1x1xf32>, memref<1xf32> -> memref<1x3x3x2xf32>
  return
}

// VALUE: error: 'kernel.weight' op has a value of another size than its memory

//--- value.mlir
func.func @value() {
  %w = kernel.weight dense<1.0> : tensor<255xf32> -> memref<3xf32>
  return
}

// A terabyte of ones.
// SPLAT: error: 'kernel.weight' op is not a constant of f32

//--- splat.mlir
func.func @splat() {
  %w = kernel.weight dense<1.0> : tensor<274877906944xf32> -> memref<274877906944xf32>
  return
}

// G g G^T of F(2x2) for the filter [[4, 0, 0], [0, 0, 0], [0, 0, 0]]: G's first
// column is (1, 0.5, 0.5, 0), so 4 times its products with itself, which are 4,
// 2, 2, 0 (00008040, 00000040, 00000040, 0), 2, 1, 1, 0 (.., 0000803F), 2, 1, 1,
// 0 and zeros. Each point has 2 channels of 2 lanes, all but the first zero.
// WINOGRAD-DAG: packed: "0x0400000000008040000000000000000000000000000000400000000000000000000000000000004000000000000000000000000000000000000000000000000000000000{{.*}}
// WINOGRAD-DAG: bias: "0x040000000000404000000000"

//--- winograd.mlir
func.func @winograd(%v: memref<1x16x8x2xf32>, %y: memref<1x2x2x2xf32>) {
  %w = kernel.weight dense<[[[[4.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]]]> : tensor<1x1x3x3xf32> -> memref<1x1x3x3xf32>
  %b = kernel.weight dense<3.0> : tensor<1xf32> -> memref<1xf32>
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 1 : i64, output_channels = 1 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 2, 2>, outputs = 2 : i64,
     schedule = #kernel.schedule<winograd_f2, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x16x8x2xf32>, memref<1x1x3x3xf32>, memref<1xf32> -> memref<1x2x2x2xf32>
  return
}

// A weight that a network learns is packed by a step, as soon as it is there: not
// between the steps that images go through. Its lanes past the last channel are
// zeros.
// LEARNED-LABEL: func.func @learned(
// LEARNED-SAME: %[[X:[^:]+]]: memref<1x3x3x4xf32>, %[[W:[^:]+]]: memref<3x4x1x1xf32>
// LEARNED: %[[FLAT:.+]] = kernel.view %[[W]] : {{.+}} to memref<12xf32>
// LEARNED: %[[PACKED:.+]] = kernel.buffer shared : memref<16xf32>
// LEARNED: kernel.fill outs(%[[PACKED]])
// LEARNED: kernel.generic "pack_weights" ins(%[[FLAT]] : memref<12xf32>) outs(%[[PACKED]] : memref<16xf32>) units 1
// LEARNED: kernel.map
// LEARNED: kernel.conv ins(%{{.+}}, %[[PACKED]], %{{.+}})

//--- learned.mlir
func.func @learned(%x: memref<1x3x3x4xf32>, %w: memref<3x4x1x1xf32> {kernel.shared}, %b: memref<3xf32> {kernel.shared}, %y: memref<1x3x3x4xf32>) {
  %0 = kernel.buffer : memref<1x3x3x4xf32>
  kernel.map ins(%x) outs(%0) {size = array<i64: 1, 3, 3, 4>, offsets = array<i64: 0, 0, 0, 0>} : memref<1x3x3x4xf32> -> memref<1x3x3x4xf32> {
  ^bb0(%a: f32):
    %1 = arith.addf %a, %a : f32
    kernel.yield %1 : f32
  }
  kernel.conv ins(%0, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 3 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 3>}
    : memref<1x3x3x4xf32>, memref<3x4x1x1xf32>, memref<3xf32> -> memref<1x3x3x4xf32>
  return
}

// Multiplied as pairs it is rounded to bf16 where it is packed: what is learned
// stays f32.
// PAIRS-LABEL: func.func @pairs(
// PAIRS: %[[PACKED:.+]] = kernel.buffer shared : memref<16xbf16>
// PAIRS: kernel.generic "pack_weights" ins(%{{.+}} : memref<16xf32>) outs(%[[PACKED]] : memref<16xbf16>)
// PAIRS: arith.truncf {{.+}} : f32 to bf16
// PAIRS: kernel.conv ins(%{{.+}}, %[[PACKED]], %{{.+}})

//--- pairs.mlir
func.func @pairs(%x: memref<1x3x3x4xbf16>, %w: memref<4x4x1x1xf32> {kernel.shared}, %b: memref<4xf32> {kernel.shared}, %y: memref<1x3x3x4xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 3>}
    : memref<1x3x3x4xbf16>, memref<4x4x1x1xf32>, memref<4xf32> -> memref<1x3x3x4xf32>
  return
}
