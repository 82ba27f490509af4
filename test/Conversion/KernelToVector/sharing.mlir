// RUN: resnet-opt %s --split-input-file --convert-kernel-to-vector --canonicalize --cse | FileCheck %s

// Steps that differ only in their buffers share a function; other constants and
// other operations are other functions, also where they have one name.
// CHECK-LABEL: func.func @net(
// CHECK: kernel.launch @net_map_f32_maximumf(%arg0, %arg1)
// CHECK: kernel.launch @net_map_f32_maximumf(%arg0, %arg2)
// CHECK: kernel.launch @net_map_f32_maximumf_0(%arg0, %arg3)
// CHECK: kernel.launch @net_map_f32_mulf(%arg0, %arg4)
// CHECK-NOT: kernel.launch
// CHECK: func.func private @net_map_f32_maximumf(
// CHECK: func.func private @net_map_f32_maximumf_0(
// CHECK: func.func private @net_map_f32_mulf(
// CHECK-NOT: func.func
func.func @net(%x: memref<2x3x3x4xf32>, %a: memref<2x3x3x4xf32>, %b: memref<2x3x3x4xf32>, %c: memref<2x3x3x4xf32>, %d: memref<2x3x3x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.map ins(%x) outs(%a) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 3, 3, 4>} : memref<2x3x3x4xf32> -> memref<2x3x3x4xf32> {
  ^bb0(%e: f32):
    %k = arith.constant 0.0 : f32
    %m = arith.maximumf %e, %k : f32
    kernel.yield %m : f32
  }
  kernel.map ins(%x) outs(%b) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 3, 3, 4>} : memref<2x3x3x4xf32> -> memref<2x3x3x4xf32> {
  ^bb0(%e: f32):
    %k = arith.constant 0.0 : f32
    %m = arith.maximumf %e, %k : f32
    kernel.yield %m : f32
  }
  kernel.map ins(%x) outs(%c) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 3, 3, 4>} : memref<2x3x3x4xf32> -> memref<2x3x3x4xf32> {
  ^bb0(%e: f32):
    %k = arith.constant 1.0 : f32
    %m = arith.maximumf %e, %k : f32
    kernel.yield %m : f32
  }
  kernel.map ins(%x) outs(%d) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 2, 3, 3, 4>} : memref<2x3x3x4xf32> -> memref<2x3x3x4xf32> {
  ^bb0(%e: f32):
    %k = arith.constant 1.0 : f32
    %m = arith.mulf %e, %k : f32
    kernel.yield %m : f32
  }
  return
}

// -----

// A halo needs no barrier behind it, and the prefix is the network's.
// CHECK-LABEL: func.func @halo(
// CHECK: kernel.launch @net_fill_halo_f32(%arg0) units 2 macs 0 {no_barrier}
// CHECK: kernel.launch @net_copy_f32(%arg1, %arg0) units 2 macs 0 :
func.func @halo(%y: memref<2x5x5x4xf32>, %x: memref<8x3x3xf32>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 3, 3>} : memref<2x5x5x4xf32>
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 3, 3>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 8, 3, 3>} : memref<8x3x3xf32> -> memref<2x5x5x4xf32>
  return
}

// -----

// What is added up over processes is no other code.
// CHECK-LABEL: func.func @all_reduce(
// CHECK: kernel.launch @net_sum_f32(%arg0, %arg1) units 1 macs 0 {all_reduce, once}
func.func @all_reduce(%x: memref<5xf32> {kernel.shared}, %y: memref<5xf32> {kernel.shared}) attributes {kernel.num_inputs = 1 : i64} {
  kernel.generic "sum" ins(%x : memref<5xf32>) outs(%y : memref<5xf32>) units 1 attributes {all_reduce} {
  ^bb0(%in: memref<5xf32>, %out: memref<5xf32>, %begin: index, %end: index):
    memref.copy %in, %out : memref<5xf32> to memref<5xf32>
    kernel.yield
  }
  return
}
