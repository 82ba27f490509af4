// RUN: resnet-opt %s --convert-kernel-to-gpu="prefix=net chip=sm_80" | FileCheck %s

// A thread has 8 channels of a result of a pool, or an element of a copy.
// CHECK: kernel.launch @net_copy_f16{{.*}}grid = #kernel.grid<threads = 256, items = 4096, block_items = 256>
// CHECK: kernel.launch @net_max_pool_f16_3x3{{.*}}grid = #kernel.grid<threads = 128, items = 128, block_items = 128>

// Channels that are padding are zero.
// CHECK-LABEL: llvm.func @net_copy_f16(
// CHECK: scf.if
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> f32
// CHECK: arith.truncf {{.*}} : f32 to f16
// CHECK: scf.if
// CHECK: arith.truncf
// CHECK: llvm.store {{.*}} : f16, !llvm.ptr<1>

// CHECK-LABEL: llvm.func @net_max_pool_f16_3x3(
// CHECK: scf.for
// CHECK: scf.for
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> vector<8xf16>
// CHECK: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: llvm.store {{.*}} : vector<8xf16>, !llvm.ptr<1>
func.func @net(%x: memref<60x8x8xf32>, %y: memref<1x4x4x64xf16>) {
  %a = kernel.buffer : memref<1x8x8x64xf16>
  kernel.copy ins(%x) outs(%a) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 60, 8, 8>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 60, 8, 8>} : memref<60x8x8xf32> -> memref<1x8x8x64xf16>
  kernel.pool <max> ins(%a) outs(%y) {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 8, 8>, kernel_shape = array<i64: 3, 3>, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : memref<1x8x8x64xf16> -> memref<1x4x4x64xf16>
  return
}
