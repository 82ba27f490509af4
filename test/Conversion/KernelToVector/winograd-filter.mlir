// RUN: resnet-opt %s --convert-kernel-to-vector=prefix=net --split-input-file | FileCheck %s

// A unit is a point of the tiles, a block of output channels and at most 8 of input
// channels: here 16 x 2 x 1. The sums of a pair of blocks stay in registers while
// the tiles go by.
// CHECK-LABEL: func.func @products(
// CHECK: kernel.launch @net_winograd_filter_products_f32({{.+}}) units 32 macs 6144 {sum} :
// CHECK: func.func private @net_winograd_filter_products_f32(
// CHECK-SAME: %[[D:[a-z0-9]+]]: memref<{{.+}}>, %[[G:[a-z0-9]+]]: memref<{{.+}}>, %[[U:[a-z0-9]+]]: memref<{{.+}}>,
// CHECK-COUNT-4: vector.load {{.+}} vector<4xf32>
// CHECK: scf.for {{.+}} iter_args
// CHECK: vector.load {{.+}} vector<4xf32>
// CHECK-COUNT-4: vector.fma {{.+}} vector<4xf32>
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK-COUNT-4: vector.store {{.+}} vector<4xf32>
func.func @products(%d: memref<1x16x13x4xf32>, %g: memref<1x16x9x4xf32>, %u: memref<16x2x3x4x4xf32> {kernel.shared}) {
  kernel.winograd_filter_products ins(%d, %g) outs(%u) {tiles = 4 : i64}
    : memref<1x16x13x4xf32>, memref<1x16x9x4xf32> -> memref<16x2x3x4x4xf32>
  return
}

// -----

// Nine taps of a vector of output channels from its 16 sums; once for the batch.
// CHECK-LABEL: func.func @filter(
// CHECK: kernel.launch @net_winograd_filter_f32({{.+}}) units 6 macs 0 {once} :
// CHECK: func.func private @net_winograd_filter_f32(
// CHECK-COUNT-16: vector.load {{.+}} vector<4xf32>
// CHECK-COUNT-9: vector.store {{.+}} vector<4xf32>
// CHECK-NOT: vector.store
func.func @filter(%u: memref<16x2x3x4x4xf32> {kernel.shared}, %w: memref<864xf32> {kernel.shared}) {
  kernel.winograd_filter ins(%u) outs(%w) {outputs = 2 : i64} : memref<16x2x3x4x4xf32> -> memref<864xf32>
  return
}

// -----

// Rows 2, 3 and columns 2, 3 of the gradient are a tile of 4 numbers, which A and
// its transpose make 16. A unit is a block of channels.
// CHECK-LABEL: func.func @gradient(
// CHECK: kernel.launch @net_winograd2_gradient_f32({{.+}}) units 2 macs 0 :
// CHECK: func.func private @net_winograd2_gradient_f32
// CHECK-COUNT-16: vector.store {{.+}} vector<4xf32>
// CHECK-NOT: vector.store
func.func @gradient(%g: memref<2x4x4x4xf32>, %v: memref<1x16x3x4xf32>) {
  kernel.winograd_gradient ins(%g) outs(%v) {input_offset = array<i64: 2, 2>, outputs = 2 : i64, tiles = array<i64: 1, 1>}
    : memref<2x4x4x4xf32> -> memref<1x16x3x4xf32>
  return
}
