// RUN: resnet-opt %s --convert-kernel-to-gpu="prefix=net chip=sm_80" | FileCheck %s

// 49 pixels of each image, 64 to a block; three stages of 128 rows of 128 bytes.
// CHECK: kernel.launch @net_conv_f16_mma_3x3_p64_c64(%arg0, %arg1, %arg2, %arg3, %arg4) units 49 macs 1806336
// CHECK-SAME: grid = #kernel.grid<threads = 128, items = 49, block_items = 64, shared_bytes = 49152>
// CHECK: gpu.module @net_gpu [#nvvm.target<O = 3, chip = "sm_80">]
// A piece of 8 channels of each of 9 taps: the second tap is 64 channels on, the
// fourth a row of 9 pixels, from the first.
// CHECK: llvm.mlir.global internal constant @[[TABLE:offsets_72_.+]](dense<[0, 8, 16, 24, 32, 40, 48, 56, 64, {{.+}}, 176, 184, 576, 584,
// CHECK: llvm.func @net_conv_f16_mma_3x3_p64_c64(
// CHECK-SAME: %arg5: i32)
// CHECK-SAME: nvvm.kernel, nvvm.reqntid = array<i32: 128, 1, 1>
// The first two slices, weights before pixels, are on their way before the first is
// waited for.
// CHECK-COUNT-4: nvvm.cp.async.shared.global
// CHECK: llvm.mlir.addressof @[[TABLE]]
// CHECK-COUNT-4: nvvm.cp.async.shared.global
// CHECK-NEXT: nvvm.cp.async.commit.group
// CHECK-COUNT-8: nvvm.cp.async.shared.global
// CHECK-NEXT: nvvm.cp.async.commit.group
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group 1
// CHECK-NEXT: nvvm.barrier0
// CHECK: scf.if
// CHECK-COUNT-8: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// A warp has 32 pixels by 32 channels: for each of 4 times 16 steps, 2 loads of
// pixels, 2 of channels, 2 x 4 products.
// CHECK-COUNT-4: nvvm.ldmatrix
// CHECK-COUNT-8: nvvm.mma.sync
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier0
// CHECK: llvm.store {{.*}} : vector<2xf32>, !llvm.ptr<3>
// CHECK: nvvm.barrier0
// Bias, residual, activation.
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK: arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK: arith.maximumf
// CHECK: arith.truncf {{.*}} : vector<8xf32> to vector<8xf16>
// CHECK: llvm.store {{.*}} {alignment = 16 : i64} : vector<8xf16>, !llvm.ptr<1>
func.func @net(%x: memref<1x9x9x64xf16>, %w: memref<36864xf16> {kernel.shared}, %b: memref<64xf32> {kernel.shared}, %r: memref<1x7x7x64xf16>, %y: memref<1x9x9x64xf16>) {
  kernel.conv ins(%x, %w, %b) residual(%r) outs(%y) {activation = #kernel.activation<relu>, dilations = array<i64: 1, 1>, gemm = #kernel.implicit_gemm<mma, pixels = 64, channels = 64, warps = 2 x 2, stages = 3>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 1, 1>, output_size = array<i64: 7, 7>, residual_offset = array<i64: 0, 0>, strides = array<i64: 1, 1>} : memref<1x9x9x64xf16>, memref<36864xf16>, memref<64xf32>, memref<1x7x7x64xf16> -> memref<1x9x9x64xf16>
  return
}
