// RUN: resnet-opt %s --kernel-update-in-place | FileCheck %s

// A map that reads each element before it writes it may write over it.
// CHECK-LABEL: func.func @map(
// CHECK-NOT: kernel.buffer
// CHECK-NOT: "copy"
func.func @map(%old: memref<2x8xf32> {kernel.shared}, %next: memref<2x8xf32> {kernel.shared, kernel.updates = 0 : i64}) {
  kernel.map ins(%old) outs(%next) {size = array<i64: 2, 8>, offsets = array<i64: 0, 0, 0, 0>} : memref<2x8xf32> -> memref<2x8xf32> {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %a : f32
    kernel.yield %0 : f32
  }
  return
}

// What is read later is copied over in the end.
// CHECK-LABEL: func.func @later(
// CHECK-SAME: %[[OLD:[^:]+]]: memref<2x8xf32>{{.*}}, %[[NEXT:[^:]+]]: memref<2x8xf32>{{.*}}, %[[Y:[^:]+]]:
// CHECK: %[[BUFFER:.+]] = kernel.buffer shared : memref<2x8xf32>
// CHECK: kernel.fill outs(%[[BUFFER]])
// CHECK: kernel.map ins(%[[OLD]]) outs(%[[Y]])
// CHECK: %[[FROM:.+]] = kernel.view %[[BUFFER]]
// CHECK: %[[TO:.+]] = kernel.view %[[NEXT]]
// CHECK: kernel.generic "copy" ins(%[[FROM]] : memref<16xf32>) outs(%[[TO]] : memref<16xf32>)
func.func @later(%old: memref<2x8xf32> {kernel.shared}, %next: memref<2x8xf32> {kernel.shared, kernel.updates = 0 : i64}, %y: memref<2x8xf32>) {
  kernel.fill outs(%next) : memref<2x8xf32>
  kernel.map ins(%old) outs(%y) {size = array<i64: 2, 8>, offsets = array<i64: 0, 0, 0, 0>} : memref<2x8xf32> -> memref<2x8xf32> {
  ^bb0(%a: f32):
    kernel.yield %a : f32
  }
  return
}
