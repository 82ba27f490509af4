// RUN: resnet-opt %s --kernel-select-implicit-gemm="chip=sm_90a batch=256" | FileCheck %s --check-prefixes=CHECK,WGMMA
// RUN: resnet-opt %s --kernel-select-implicit-gemm="chip=sm_80 batch=256" | FileCheck %s --check-prefixes=CHECK,MMA
// RUN: resnet-opt %s --kernel-select-implicit-gemm="chip=sm_90a batch=1" | FileCheck %s --check-prefix=ONE
// RUN: not resnet-opt %s --kernel-select-implicit-gemm=chip=sm_30 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: --gpu=sm_30 is not known; known are sm_80,

// Many pixels and channels take large tiles; of one image they would leave most
// of the GPU idle, for which groups of warps share the input channels of a tile.
// CHECK-LABEL: func.func @wide(
// WGMMA: gemm = #kernel.implicit_gemm<wgmma, pixels = 256, channels = 128,
// MMA: gemm = #kernel.implicit_gemm<mma, pixels = 128, channels = 128,
// ONE-LABEL: func.func @wide(
// ONE: gemm = #kernel.implicit_gemm<wgmma, pixels = 64, channels = 32, warps = 4 x 1, stages = 4, splits = 4>
func.func @wide(%x: memref<4x16x16x64xf16>, %w: memref<256x256x3x3xf32>, %b: memref<256xf32>, %y: memref<4x14x14x64xf16>) {
  kernel.conv ins(%x, %w, %b) outs(%y) {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 256 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 256 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 14, 14>, strides = array<i64: 1, 1>} : memref<4x16x16x64xf16>, memref<256x256x3x3xf32>, memref<256xf32> -> memref<4x14x14x64xf16>
  return
}

// No matrix unit multiplies f32 exactly.
// CHECK-LABEL: func.func @exact(
// CHECK: gemm = #kernel.implicit_gemm<simt,
func.func @exact(%x: memref<1x16x16x64xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<1x14x14x64xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y) {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 14, 14>, strides = array<i64: 1, 1>} : memref<1x16x16x64xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<1x14x14x64xf32>
  return
}
