// RUN: resnet-opt %s --split-input-file --convert-kernel-to-vector --canonicalize --cse > %t
// RUN: FileCheck %s < %t
// RUN: FileCheck %s --check-prefix=LOADS < %t
// RUN: FileCheck %s --check-prefix=ADDS < %t
// RUN: FileCheck %s --check-prefix=FMAS < %t
// RUN: FileCheck %s --check-prefix=STORES < %t

// 4 tiles of 2 x 2 results: each loads 4 x 4 vectors, transforms them with
// additions alone (4 a column and 4 a row of 4), and stores 16 points.
// CHECK-LABEL: func.func @input(
// CHECK: kernel.launch @net_winograd2_input_f32(%arg0, %arg1) units 2 macs 0 :
// CHECK-LABEL: func.func private @net_winograd2_input_f32(
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
// CHECK: scf.for %{{.+}} = %[[BEGIN]] to %[[END]] step
// CHECK: scf.for %{{.+}} = %c0 to %c4 step
// LOADS-LABEL: func.func private @net_winograd2_input_f32(
// LOADS-COUNT-16: vector.load
// LOADS-NOT: vector.load
// ADDS-LABEL: func.func private @net_winograd2_input_f32(
// ADDS-COUNT-32: {{arith.(addf|subf)}}
// ADDS-NOT: {{arith.(addf|subf)}}
// FMAS-LABEL: func.func private @net_winograd2_input_f32(
// FMAS-NOT: {{vector.fma|arith.mulf}}
// STORES-LABEL: func.func private @net_winograd2_input_f32(
// STORES-COUNT-16: vector.store
// STORES-NOT: vector.store
func.func @input(%x: memref<2x6x6x4xf32>, %v: memref<1x16x12x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 2 : i64, tiles = array<i64: 2, 2>}
    : memref<2x6x6x4xf32> -> memref<1x16x12x4xf32>
  return
}

// -----

// Of the 6 rows of B^T d for 4 x 4 results, two come from 3 rows of d alone, and
// two pairs from the same 4: 2 * 18 + 2 * 24 loads, since 36 elements would not
// stay in registers. A column or row takes 8 multiply-adds and 4 additions.
// LOADS-LABEL: func.func private @net_winograd4_input_f32(
// LOADS-COUNT-84: vector.load
// LOADS-NOT: vector.load
// ADDS-LABEL: func.func private @net_winograd4_input_f32(
// ADDS-COUNT-48: {{arith.(addf|subf)}}
// ADDS-NOT: {{arith.(addf|subf)}}
// FMAS-LABEL: func.func private @net_winograd4_input_f32(
// FMAS-COUNT-96: vector.fma
// FMAS-NOT: {{vector.fma|arith.mulf}}
// STORES-LABEL: func.func private @net_winograd4_input_f32(
// STORES-COUNT-36: vector.store
// STORES-NOT: vector.store
// CHECK-LABEL: func.func private @net_winograd4_input_f32(
func.func @input4(%x: memref<1x6x6x4xf32>, %v: memref<1x36x4x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 1, 1>}
    : memref<1x6x6x4xf32> -> memref<1x36x4x4xf32>
  return
}

// -----

// LOADS-LABEL: func.func @conv(
// ADDS-LABEL: func.func @conv(
// FMAS-LABEL: func.func @conv(
// STORES-LABEL: func.func @conv(

// 5 tiles of 2 x 2 results are register tiles of 3 and 2, one chunk: they share
// the weights of each of the 16 points. Sums stay in registers over the 2 blocks
// of input channels; of the 2 cache lines of weights that the next point needs
// instead, each register tile asks for one. Then, for each of 2 blocks of output
// channels, the output transform, bias and activation of each tile.
// CHECK-LABEL: func.func @conv(
// CHECK: kernel.launch @net_conv_f32_winograd2_3x3_t3_o2(%arg0, %{{.+}}, %{{.+}}, %arg1) units 1 macs 11520 :
// CHECK-LABEL: func.func private @net_conv_f32_winograd2_3x3_t3_o2(
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<16x12x4xf32>
// CHECK: scf.for %{{.+}} = %c0 to %c16 step
// CHECK: scf.for
// CHECK: scf.if
// CHECK: scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) {
// CHECK: memref.prefetch %arg1[{{.*}}], read, locality<2>, data : memref<1024xf32>
// CHECK-NOT: memref.prefetch
// CHECK-COUNT-24: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK-COUNT-6: vector.store
// CHECK-NOT: vector.store
// CHECK: } else {
// CHECK: memref.prefetch
// CHECK-COUNT-16: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK-COUNT-4: vector.store
// CHECK-NOT: vector.store
// CHECK-COUNT-16: vector.load
// CHECK: arith.maximumf
// CHECK: vector.store
// CHECK-COUNT-3: vector.store
// CHECK-NOT: vector.store
func.func @conv(%v: memref<2x16x12x4xf32>, %y: memref<2x2x10x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  %w = kernel.weight dense<1.0> : tensor<1024xf32> -> memref<1024xf32>
  %b = kernel.weight dense<1.0> : tensor<8xf32> -> memref<8xf32>
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 2, 10>, outputs = 2 : i64, activation = #kernel.activation<relu>,
     schedule = #kernel.schedule<winograd_f2, pixels = 3, oc_blocks = 2, rows = 2>}
    : memref<2x16x12x4xf32>, memref<1024xf32>, memref<8xf32> -> memref<2x2x10x4xf32>
  return
}

// -----

// The same in one step, of two units. A call puts the tiles that it transforms
// where those of its first unit go, whichever unit it is at.
// CHECK-LABEL: func.func @fused(
// CHECK: kernel.launch @net_conv_f32_fused_winograd2_3x3_t3_o1(%arg0, %{{.+}}, %{{.+}}, %arg1, %arg2) units 2 macs 11520 :
// CHECK-LABEL: func.func private @net_conv_f32_fused_winograd2_3x3_t3_o1(
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<16x4x4xf32>
// CHECK: scf.for %[[UNIT:.+]] = %[[BEGIN]] to %[[END]] step
// The blocks of input channels, then the tiles of the register tile.
// CHECK: scf.for %{{.+}} = %c0 to %c2 step
// CHECK: arith.muli %[[BEGIN]], %c768
// CHECK: scf.for
// CHECK-COUNT-8: vector.load
// CHECK: vector.store
// The tiles of output blocks, then the points.
// CHECK: scf.for %{{.+}} = %c0 to %c2 step
// CHECK: scf.for %{{.+}} = %c0 to %c16 step
// CHECK: arith.muli %[[BEGIN]], %c768
// CHECK: vector.fma
func.func @fused(%v: memref<2x16x12x4xf32>, %x: memref<2x4x12x4xf32>, %y: memref<2x2x10x4xf32>) attributes {kernel.num_inputs = 2 : i64} {
  %w = kernel.weight dense<1.0> : tensor<1024xf32> -> memref<1024xf32>
  %b = kernel.weight dense<1.0> : tensor<8xf32> -> memref<8xf32>
  kernel.winograd_conv ins(%v, %w, %b) image(%x : memref<2x4x12x4xf32>) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 2, 10>, outputs = 2 : i64, activation = #kernel.activation<relu>,
     schedule = #kernel.schedule<fused_winograd_f2, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<2x16x12x4xf32>, memref<1024xf32>, memref<8xf32> -> memref<2x2x10x4xf32>
  return
}
