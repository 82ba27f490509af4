// RUN: resnet-opt %s --kernel-fuse-maps --split-input-file | FileCheck %s

// x * sigmoid(x) + s: x is read once.
// CHECK-LABEL: func.func @swish(
// CHECK-SAME: %[[X:.+]]: memref<2x4x4x8xf32>, %[[S:.+]]: memref<2x1x1x8xf32>, %[[Y:.+]]: memref<2x6x6x8xf32>
// CHECK-NEXT: kernel.map ins(%[[X]], %[[S]]) outs(%[[Y]]) {offsets = array<i64: 0, 0, 0, 0, 1, 1>, size = array<i64: 2, 4, 4, 8>}
// CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[B:.+]]: f32):
// CHECK-NEXT: %[[T:.+]] = math.tanh %[[A]]
// CHECK-NEXT: %[[P:.+]] = arith.mulf %[[A]], %[[T]]
// CHECK-NEXT: %[[R:.+]] = arith.addf %[[P]], %[[B]]
// CHECK-NEXT: kernel.yield %[[R]]
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @swish(%x: memref<2x4x4x8xf32>, %s: memref<2x1x1x8xf32>, %y: memref<2x6x6x8xf32>) {
  %0 = kernel.buffer : memref<2x4x4x8xf32>
  kernel.map ins(%x) outs(%0) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>} : memref<2x4x4x8xf32> -> memref<2x4x4x8xf32> {
  ^bb0(%a: f32):
    %t = math.tanh %a : f32
    kernel.yield %t : f32
  }
  %1 = kernel.buffer : memref<2x4x4x8xf32>
  kernel.map ins(%x, %0) outs(%1) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>} : memref<2x4x4x8xf32>, memref<2x4x4x8xf32> -> memref<2x4x4x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    kernel.yield %p : f32
  }
  kernel.map ins(%1, %s) outs(%y) {offsets = array<i64: 0, 0, 0, 0, 1, 1>, size = array<i64: 2, 4, 4, 8>} : memref<2x4x4x8xf32>, memref<2x1x1x8xf32> -> memref<2x6x6x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.addf %a, %b : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// A row of a plain matrix, under views; the result is read twice by one map.
// CHECK-LABEL: func.func @views(
// CHECK: kernel.map ins(%{{.+}}) outs(%{{.+}})
// CHECK: %[[T:.+]] = math.absf
// CHECK-NEXT: arith.mulf %[[T]], %[[T]]
// CHECK-NOT: kernel.map
func.func @views(%x: memref<1x16xf32>, %y: memref<1x16xf32>) {
  %0 = kernel.buffer : memref<16xf32>
  %1 = kernel.view %0 : memref<16xf32> to memref<1x16xf32>
  kernel.map ins(%x) outs(%1) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 16>} : memref<1x16xf32> -> memref<1x16xf32> {
  ^bb0(%a: f32):
    %t = math.absf %a : f32
    kernel.yield %t : f32
  }
  %2 = kernel.view %0 : memref<16xf32> to memref<1x16xf32>
  kernel.map ins(%2, %2) outs(%y) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 1, 16>} : memref<1x16xf32>, memref<1x16xf32> -> memref<1x16xf32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// What is broadcast, read by others too, or an output of the network stays.
// CHECK-LABEL: func.func @apart(
// CHECK-COUNT-5: kernel.map
func.func @apart(%x: memref<2x1x1x8xf32>, %z: memref<2x4x4x8xf32>, %y: memref<2x4x4x8xf32>, %o: memref<2x1x1x8xf32>, %u: memref<2x1x1x8xf32>) {
  %0 = kernel.buffer : memref<2x1x1x8xf32>
  kernel.map ins(%x) outs(%0) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 1, 1, 8>} : memref<2x1x1x8xf32> -> memref<2x1x1x8xf32> {
  ^bb0(%a: f32):
    %t = math.tanh %a : f32
    kernel.yield %t : f32
  }
  kernel.map ins(%z, %0) outs(%y) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 2, 4, 4, 8>} : memref<2x4x4x8xf32>, memref<2x1x1x8xf32> -> memref<2x4x4x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    kernel.yield %p : f32
  }
  %1 = kernel.buffer : memref<2x1x1x8xf32>
  kernel.map ins(%x) outs(%1) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 1, 1, 8>} : memref<2x1x1x8xf32> -> memref<2x1x1x8xf32> {
  ^bb0(%a: f32):
    %t = math.absf %a : f32
    kernel.yield %t : f32
  }
  kernel.map ins(%1) outs(%o) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 1, 1, 8>} : memref<2x1x1x8xf32> -> memref<2x1x1x8xf32> {
  ^bb0(%a: f32):
    %t = math.sqrt %a : f32
    kernel.yield %t : f32
  }
  kernel.map ins(%o, %1) outs(%u) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 2, 1, 1, 8>} : memref<2x1x1x8xf32>, memref<2x1x1x8xf32> -> memref<2x1x1x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %t = arith.addf %a, %b : f32
    kernel.yield %t : f32
  }
  return
}
