// RUN: resnet-opt %s --kernel-pack-weights | FileCheck %s

// A row for each of 8 output channels; its steps are those of the 8 input
// channels at three taps, tap by tap, then zeros to 64. Here input channel c at
// tap w of output channel m has the weight 100 m + 10 w + c, as far as there are
// weights: 2 outputs of 2 inputs. 0x3C00 is 1 in f16, 0x4900 10, 0x4980 11,
// 0x4D00 20, 0x4D40 21, 0x5640 100, 0x5650 101.
// CHECK-LABEL: func.func @rows(
// CHECK: kernel.conv ins(%{{.+}}, %[[W:.+]], %[[B:.+]]) outs
// CHECK-SAME: memref<512xf16>, memref<8xf32>
// CHECK: packed: "0x020000000000003C00000000000000000000000000498049000000000000000000000000004D404D000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000040565056
func.func @rows(%x: memref<1x4x6x8xf16>, %y: memref<1x4x4x8xf16>) {
  %w = kernel.weight dense<[[[[0.0, 10.0, 20.0]], [[1.0, 11.0, 21.0]]], [[[100.0, 110.0, 120.0]], [[101.0, 111.0, 121.0]]]]> : tensor<2x2x1x3xf32> -> memref<2x2x1x3xf32>
  %b = kernel.weight dense<[1.0, 2.0]> : tensor<2xf32> -> memref<2xf32>
  kernel.conv ins(%x, %w, %b) outs(%y) {dilations = array<i64: 1, 1>, gemm = #kernel.implicit_gemm<mma, pixels = 32, channels = 64, warps = 1 x 4, stages = 2>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 1, 3>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>} : memref<1x4x6x8xf16>, memref<2x2x1x3xf32>, memref<2xf32> -> memref<1x4x4x8xf16>
  return
}
