// RUN: resnet-opt %s --split-input-file --convert-kernel-to-vector --canonicalize --cse | FileCheck %s

// Two channels at once: a pair of weights for each of 4 lanes, and for each of 3
// pixels a pair of inputs, broadcast as one number of 32 bits. 4 channels are 2
// steps. The residual is extended, the sum rounded.
// CHECK-LABEL: func.func private @net_conv_bf16_dot_1x1_p3_o1(
// CHECK: vector.load %{{.+}} : memref<16xbf16>, vector<8xbf16>
// CHECK: %[[PAIR:.+]] = vector.load %{{.+}} : memref<12xbf16>, vector<2xbf16>
// CHECK: %[[ONE:.+]] = vector.bitcast %[[PAIR]] : vector<2xbf16> to vector<1xi32>
// CHECK: %[[BITS:.+]] = vector.extract %[[ONE]][0] : i32 from vector<1xi32>
// CHECK: %[[ALL:.+]] = vector.broadcast %[[BITS]] : i32 to vector<4xi32>
// CHECK: vector.bitcast %[[ALL]] : vector<4xi32> to vector<8xbf16>
// CHECK: x86vector.avx512.dot {{.*}} : vector<8xbf16> -> vector<4xf32>
// CHECK-COUNT-5: x86vector.avx512.dot
// CHECK-NOT: x86vector.avx512.dot
// CHECK: %[[S:.+]] = vector.load {{.*}} vector<4xbf16>
// CHECK: %[[R:.+]] = arith.extf %[[S]] : vector<4xbf16> to vector<4xf32>
// CHECK: %[[SUM:.+]] = arith.addf %{{.+}}, %[[R]] : vector<4xf32>
// CHECK: %[[ROUNDED:.+]] = arith.truncf %[[SUM]] : vector<4xf32> to vector<4xbf16>
// CHECK: vector.store %[[ROUNDED]]
func.func @dot(%x: memref<1x1x3x4xbf16>, %s: memref<1x1x3x4xbf16>, %y: memref<1x1x3x4xbf16>) attributes {kernel.num_inputs = 2 : i64} {
  %w = kernel.weight dense<1.0> : tensor<16xbf16> -> memref<16xbf16>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<dot, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x1x3x4xbf16>, memref<16xbf16>, memref<4xf32>, memref<1x1x3x4xbf16> -> memref<1x1x3x4xbf16>
  return
}

// -----

// Without the instruction, both channels of a pair are extended: the first by a
// shift into the upper half, the second by a mask. 12 multiply-adds.
// CHECK-LABEL: func.func private @net_conv_bf16_direct_1x1_p3_o1(
// CHECK-DAG: %[[SHIFT:.+]] = arith.constant dense<16> : vector<4xi32>
// CHECK-DAG: %[[MASK:.+]] = arith.constant dense<-65536> : vector<4xi32>
// CHECK: arith.shli %{{.+}}, %[[SHIFT]] : vector<4xi32>
// CHECK: arith.bitcast %{{.+}} : vector<4xi32> to vector<4xf32>
// CHECK: vector.fma
// CHECK: arith.andi %{{.+}}, %[[MASK]] : vector<4xi32>
// CHECK-COUNT-11: vector.fma
// CHECK-NOT: vector.fma
// CHECK-NOT: x86vector
func.func @extended(%x: memref<1x1x3x4xbf16>, %s: memref<1x1x3x4xbf16>, %y: memref<1x1x3x4xbf16>) attributes {kernel.num_inputs = 2 : i64} {
  %w = kernel.weight dense<1.0> : tensor<16xbf16> -> memref<16xbf16>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x1x3x4xbf16>, memref<16xbf16>, memref<4xf32>, memref<1x1x3x4xbf16> -> memref<1x1x3x4xbf16>
  return
}

// -----

// Pairs of columns of a planar input: of 3, the last is alone, and what lies
// behind it is masked.
// CHECK-LABEL: func.func private @net_conv_bf16_dot_1x3_p2_o1(
// CHECK: %[[MASK:.+]] = arith.constant dense<65535> : vector<4xi32>
// CHECK-COUNT-2: x86vector.avx512.dot
// CHECK: %[[ALL:.+]] = vector.broadcast %{{.+}} : i32 to vector<4xi32>
// CHECK: %[[ALONE:.+]] = arith.andi %[[ALL]], %[[MASK]]
// CHECK: %[[PAIR:.+]] = vector.bitcast %[[ALONE]] : vector<4xi32> to vector<8xbf16>
// CHECK: x86vector.avx512.dot %{{.+}}, %[[PAIR]], %{{.+}} : vector<8xbf16>
// CHECK: arith.andi
// CHECK: x86vector.avx512.dot
// CHECK-NOT: x86vector.avx512.dot
func.func @columns(%x: memref<1x2x4xbf16>, %y: memref<1x1x2x4xbf16>) attributes {kernel.num_inputs = 1 : i64} {
  %w = kernel.weight dense<1.0> : tensor<16xbf16> -> memref<16xbf16>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 1 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 2>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<dot, pixels = 2, oc_blocks = 1, rows = 1>}
    : memref<1x2x4xbf16>, memref<16xbf16>, memref<4xf32> -> memref<1x1x2x4xbf16>
  return
}
