// RUN: resnet-opt %s --convert-kernel-to-gpu="prefix=net chip=sm_80" | FileCheck %s

// Softmax has no code of its own for GPUs: each thread computes a work unit of
// an image as a CPU does.
// CHECK: kernel.launch @net_softmax_f32(%arg0, %arg1) units 4
// CHECK-SAME: grid = #kernel.grid<threads = 64, items = 4, block_items = 64>
// CHECK: llvm.func @net_softmax_f32(%[[X:.+]]: !llvm.ptr<1>, %[[Y:.+]]: !llvm.ptr<1>, %[[BATCH:.+]]: i32)
// CHECK: %[[COUNT:.+]] = arith.muli %[[BATCH]], %c4
// CHECK: arith.cmpi slt, %[[NUMBER:.+]], %[[COUNT]]
// CHECK: arith.divui %[[NUMBER]], %c4
// CHECK: arith.remui %[[NUMBER]], %c4
// CHECK: builtin.unrealized_conversion_cast {{.*}} to memref<4x10x1xf32>
// CHECK: math.exp
func.func @net(%x: memref<4x10x1xf32>, %y: memref<4x10x1xf32>) {
  kernel.softmax ins(%x) outs(%y) : memref<4x10x1xf32> -> memref<4x10x1xf32>
  return
}
