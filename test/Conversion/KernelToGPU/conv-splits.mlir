// RUN: resnet-opt %s --convert-kernel-to-gpu="prefix=net chip=sm_80" | FileCheck %s

// Two groups of four warps, with two stages of 16 kB each: nine slices are taken
// in turns. In the end a group has 64 pixels of 72 sums of f32.
// CHECK: grid = #kernel.grid<threads = 256, items = 49, block_items = 64, shared_bytes = 65536>
// CHECK: llvm.func @net_conv_f16_mma_3x3_p64_c64(
// CHECK-SAME: nvvm.reqntid = array<i32: 256, 1, 1>
// CHECK: %[[THREAD:.+]] = nvvm.read.ptx.sreg.tid.x
// CHECK: %[[GROUP:.+]] = arith.constant 128 : i32
// CHECK-NEXT: arith.remui %[[THREAD]], %[[GROUP]] : i32
// CHECK: %[[SPLIT:.+]] = arith.divui %[[THREAD]], %{{.+}} : i32
// CHECK: scf.for %{{.+}} = %[[SPLIT]] to %{{c9_i32[_0-9]*}} step %{{c2_i32[_0-9]*}}
// The groups do not wait for each other; barrier 0 is for all threads.
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK-NEXT: %[[BARRIER:.+]] = arith.addi %[[SPLIT]], %[[ONE]]
// CHECK: nvvm.barrier id = %[[BARRIER]] number_of_threads = %{{.+}}
// CHECK: nvvm.mma.sync
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier0
// CHECK: nvvm.barrier0
// The sums of both groups, bias, and activation.
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK-NOT: arith.addf
// CHECK: arith.maximumf
func.func @net(%x: memref<1x9x9x64xf16>, %w: memref<36864xf16> {kernel.shared}, %b: memref<64xf32> {kernel.shared}, %y: memref<1x9x9x64xf16>) {
  kernel.conv ins(%x, %w, %b) outs(%y) {activation = #kernel.activation<relu>, dilations = array<i64: 1, 1>, gemm = #kernel.implicit_gemm<mma, pixels = 64, channels = 64, warps = 2 x 2, stages = 2, splits = 2>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 1, 1>, output_size = array<i64: 7, 7>, residual_offset = array<i64: 0, 0>, strides = array<i64: 1, 1>} : memref<1x9x9x64xf16>, memref<36864xf16>, memref<64xf32> -> memref<1x9x9x64xf16>
  return
}
