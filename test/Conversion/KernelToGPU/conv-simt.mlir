// RUN: resnet-opt %s --convert-kernel-to-gpu="prefix=net chip=sm_80" | FileCheck %s

// A slice has 32 steps of f32. A thread has 4 x 8 of the 32 x 32 sums of a warp:
// for each of 8 pieces of 4 steps it loads 4 + 8 pieces.
// CHECK: grid = #kernel.grid<threads = 128, items = 49, block_items = 64, shared_bytes = 49152>
// CHECK: llvm.mlir.global internal constant @offsets_144_
// CHECK: scf.for
// CHECK-COUNT-12: llvm.load {{.*}} : !llvm.ptr<3> -> vector<4xf32>
// CHECK-COUNT-128: math.fma {{.*}} : f32
// CHECK: llvm.load {{.*}} : !llvm.ptr<3> -> vector<4xf32>
// CHECK: llvm.store {{.*}} : vector<8xf32>, !llvm.ptr<1>
func.func @net(%x: memref<1x9x9x64xf32>, %w: memref<36864xf32> {kernel.shared}, %b: memref<64xf32> {kernel.shared}, %r: memref<1x7x7x64xf32>, %y: memref<1x9x9x64xf32>) {
  kernel.conv ins(%x, %w, %b) residual(%r) outs(%y) {activation = #kernel.activation<relu>, dilations = array<i64: 1, 1>, gemm = #kernel.implicit_gemm<simt, pixels = 64, channels = 64, warps = 2 x 2, stages = 3>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 1, 1>, output_size = array<i64: 7, 7>, residual_offset = array<i64: 0, 0>, strides = array<i64: 1, 1>} : memref<1x9x9x64xf32>, memref<36864xf32>, memref<64xf32>, memref<1x7x7x64xf32> -> memref<1x9x9x64xf32>
  return
}
