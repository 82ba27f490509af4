// RUN: resnet-opt %s --convert-kernel-to-vector --split-input-file | FileCheck %s

// Three of five channels: the last block's lanes past them are copied along.
// CHECK-LABEL: func.func private @net_copy_f32(
// CHECK: vector.load
func.func @fewer(%x: memref<2x3x3x4xf32>, %y: memref<1x3x3x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 5, 3, 3>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 3, 3, 3>} : memref<2x3x3x4xf32> -> memref<1x3x3x4xf32>
  return
}

// -----

// Three channels and three of zeros: what the input has in its fourth lane,
// which need not be zero, must not become a channel.
// CHECK-LABEL: func.func private @net_copy_f32(
// CHECK-NOT: vector.load
// CHECK: memref.load
// CHECK-NOT: vector.load
func.func @more(%x: memref<1x3x3x4xf32>, %y: memref<2x3x3x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.copy ins(%x) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 3, 3, 3>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 6, 3, 3>} : memref<1x3x3x4xf32> -> memref<2x3x3x4xf32>
  return
}
