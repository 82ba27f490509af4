// RUN: resnet-opt %s --split-input-file --convert-kernel-to-vector --canonicalize --cse | FileCheck %s

// A tile of 3 pixels and 2 blocks: 6 sums go through the rows and columns of the
// window; for each of the 4 channels, 2 vectors of weights and 3 broadcasts make
// 6 multiply-adds. Nothing is loaded or stored between.
// CHECK-LABEL: func.func @direct(
// CHECK: kernel.launch @net_conv_f32_direct_3x3_p3_o2(%arg0, %{{.+}}, %{{.+}}, %arg1) units 3 macs 2592 :
// CHECK-LABEL: func.func private @net_conv_f32_direct_3x3_p3_o2(
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
// CHECK: scf.for %{{.+}} = %[[BEGIN]] to %[[END]] step
// CHECK-COUNT-2: vector.load %arg2[{{.*}} : memref<8xf32>, vector<4xf32>
// CHECK: scf.for %{{.+}} = %c0 to %c3 step %c1 iter_args(
// CHECK: scf.for %{{.+}} = %c0 to %c3 step %c1 iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) {
// CHECK-NOT: vector.store
// CHECK-COUNT-24: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK: scf.yield
// CHECK-COUNT-6: vector.store
// CHECK-NOT: vector.store
func.func @direct(%x: memref<1x5x5x4xf32>, %y: memref<2x3x3x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  %w = kernel.weight dense<1.0> : tensor<288xf32> -> memref<288xf32>
  %b = kernel.weight dense<1.0> : tensor<8xf32> -> memref<8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 3, 3>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 2, rows = 3>}
    : memref<1x5x5x4xf32>, memref<288xf32>, memref<8xf32> -> memref<2x3x3x4xf32>
  return
}

// -----

// 5 pixels by at most 3 are a tile of 3 and one of 2: a row has both, and no
// loop over single pixels. Bias, residual and activation come once, at the end.
// CHECK-LABEL: func.func private @net_conv_f32_direct_1x1_p3_o1(
// CHECK-COUNT-12: vector.fma
// CHECK: arith.addf %{{.+}}, %{{.+}} : vector<4xf32>
// CHECK: arith.maximumf
// CHECK: vector.store
// CHECK-COUNT-2: vector.store
// CHECK-NOT: vector.store
// CHECK-COUNT-8: vector.fma
// CHECK-NOT: vector.fma
// CHECK-COUNT-2: vector.store
// CHECK-NOT: vector.store
func.func @ragged(%x: memref<1x1x5x4xf32>, %s: memref<1x1x5x4xf32>, %y: memref<1x1x5x4xf32>) attributes {kernel.num_inputs = 2 : i64} {
  %w = kernel.weight dense<1.0> : tensor<16xf32> -> memref<16xf32>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 5>, strides = array<i64: 1, 1>, activation = #kernel.activation<relu>,
     schedule = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>}
    : memref<1x1x5x4xf32>, memref<16xf32>, memref<4xf32>, memref<1x1x5x4xf32> -> memref<1x1x5x4xf32>
  return
}

// -----

// Groups of 2 in blocks of 4: for each pixel its vector of channels, with
// channel 0 of each group in both lanes, then channel 1.
// CHECK-LABEL: func.func private @net_conv_f32_diagonal_1x1_p2_o1(
// CHECK: vector.shuffle %[[P:.+]], %[[P]] [0, 0, 2, 2]
// CHECK-NEXT: vector.fma
// CHECK-NEXT: vector.shuffle %[[P]], %[[P]] [1, 1, 3, 3]
// CHECK-NEXT: vector.fma
func.func @diagonal(%x: memref<1x1x2x4xf32>, %y: memref<1x1x2x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  %w = kernel.weight dense<1.0> : tensor<8xf32> -> memref<8xf32>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 2 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 2>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<diagonal, pixels = 2, oc_blocks = 1, rows = 1>}
    : memref<1x1x2x4xf32>, memref<8xf32>, memref<4xf32> -> memref<1x1x2x4xf32>
  return
}

// -----

// The planes of a stem: the columns of the window are unrolled, and neighbours
// are a stride apart.
// CHECK-LABEL: func.func private @net_conv_f32_direct_3x3_p2_o1(
// CHECK: scf.for
// CHECK: scf.for %{{.+}} = %c0 to %c3 step %c1 iter_args(
// CHECK: scf.for %{{.+}} = %c0 to %c3 step %c1 iter_args(
// CHECK-COUNT-6: vector.fma
// CHECK-NOT: vector.fma
func.func @planar(%x: memref<3x3x5xf32>, %y: memref<1x1x2x4xf32>) attributes {kernel.num_inputs = 1 : i64} {
  %w = kernel.weight dense<1.0> : tensor<108xf32> -> memref<108xf32>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 3 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 2>, strides = array<i64: 2, 2>,
     schedule = #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 1>}
    : memref<3x3x5xf32>, memref<108xf32>, memref<4xf32> -> memref<1x1x2x4xf32>
  return
}

// -----

// Three blocks of input channels in passes of 2 and 1: all rows of the chunk in
// each. The first starts from bias and residual, the others from the output;
// the last alone has an activation, which for the others keeps everything. Each
// of the 2 x 2 register tiles of a row asks for one of the lines of weights of
// the next pass.
// CHECK-LABEL: func.func @passes(
// CHECK: kernel.launch @net_conv_f32_direct_1x1_p2_o1(%arg0, %{{.+}}, %{{.+}}, %arg1, %arg2) units 1 macs 384 :
// CHECK-LABEL: func.func private @net_conv_f32_direct_1x1_p2_o1(
// CHECK: scf.for %[[PASS:.+]] = %c0 to %c2 step
// CHECK: scf.for %{{.+}} = %c0 to %c2 step
// CHECK: %[[FIRST:.+]] = arith.cmpi eq, %[[PASS]], %c0
// CHECK: %{{.+}}:2 = scf.if %[[FIRST]] -> (vector<4xf32>, vector<4xf32>) {
// CHECK: vector.load %arg2
// CHECK: vector.load
// CHECK: arith.addf
// CHECK: } else {
// CHECK: vector.load
// CHECK: vector.load
// CHECK: }
// CHECK: scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>) {
// CHECK: memref.prefetch %arg1[
// CHECK-NOT: memref.prefetch
// CHECK-COUNT-8: vector.fma
// CHECK: arith.cmpi eq, %[[PASS]], %c1
// CHECK: arith.select %{{.+}}, %{{.+}}, %{{.+}} : vector<4xf32>
// CHECK-NOT: arith.addf
// CHECK: arith.maximumf
// CHECK: vector.store
func.func @passes(%x: memref<3x2x4x4xf32>, %s: memref<1x2x4x4xf32>, %y: memref<1x2x4x4xf32>) attributes {kernel.num_inputs = 2 : i64} {
  %w = kernel.weight dense<1.0> : tensor<48xf32> -> memref<48xf32>
  %b = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 12 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 2, 4>, strides = array<i64: 1, 1>, activation = #kernel.activation<relu>,
     schedule = #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 2, depth = 2>}
    : memref<3x2x4x4xf32>, memref<48xf32>, memref<4xf32>, memref<1x2x4x4xf32> -> memref<1x2x4x4xf32>
  return
}
