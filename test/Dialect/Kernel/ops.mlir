// RUN: resnet-opt %s | resnet-opt | FileCheck %s
// RUN: resnet-opt %s --mlir-print-op-generic | resnet-opt | FileCheck %s

// CHECK-LABEL: func.func @memory(
func.func @memory() {
  // CHECK-NEXT: kernel.buffer : memref<8x1x1x8xf32>
  %0 = kernel.buffer : memref<8x1x1x8xf32>
  // CHECK-NEXT: kernel.buffer offset 4096 : memref<2x6x6x8xf32>
  %1 = kernel.buffer offset 4096 : memref<2x6x6x8xf32>
  // CHECK-NEXT: kernel.view %{{.+}} : memref<8x1x1x8xf32> to memref<64xf32>
  %2 = kernel.view %0 : memref<8x1x1x8xf32> to memref<64xf32>
  // CHECK-NEXT: kernel.weight dense<1.000000e+00> : tensor<4xf32> -> memref<4xf32>
  %3 = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  // CHECK-NEXT: kernel.weight dense<2.000000e+00> : tensor<4xf32> offset 64 -> memref<4xf32>
  %4 = kernel.weight dense<2.0> : tensor<4xf32> offset 64 -> memref<4xf32>
  return
}

// Attributes with a value that they have anyway are not printed.
// CHECK-LABEL: func.func @conv(
func.func @conv(%x: memref<1x6x6x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>, %y: memref<1x4x4x8xf32>,
                %s: memref<1x6x6x8xf32>, %planar: memref<3x6x6xf32>, %v: memref<8x3x3x3xf32>) {
  // CHECK-NEXT: kernel.conv ins(%arg0, %arg1, %arg2) outs(%arg3) {dilations = array<i64: 1, 1>, group = 1 : i64,
  // CHECK-SAME: input_channels = 8 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>,
  // CHECK-SAME: output_channels = 8 : i64, output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>,
  // CHECK-SAME: strides = array<i64: 1, 1>} : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>, residual_offset = array<i64: 0, 0>,
     activation = #kernel.activation<none>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: kernel.conv ins(%arg0, %arg1, %arg2) residual(%arg4) outs(%arg3) {activation = #kernel.activation<relu>,
  // CHECK-SAME: residual_offset = array<i64: 1, 1>, schedule = #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 4>,
  // CHECK-SAME: : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x6x6x8xf32> -> memref<1x4x4x8xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>, residual_offset = array<i64: 1, 1>,
     activation = #kernel.activation<relu>, schedule = #kernel.schedule<direct, pixels = 2, oc_blocks = 1, rows = 4>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x6x6x8xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: kernel.conv ins(%arg5, %arg6, %arg2) outs(%arg3)
  // CHECK-SAME: : memref<3x6x6xf32>, memref<8x3x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  kernel.conv ins(%planar, %v, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 3 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>}
    : memref<3x6x6xf32>, memref<8x3x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: schedule = #kernel.schedule<diagonal, pixels = 4, oc_blocks = 1, rows = 1>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 4 : i64, input_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<diagonal, pixels = 4, oc_blocks = 1, rows = 1>}
    : memref<1x6x6x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 4, depth = 2>
  kernel.conv ins(%planar, %v, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 3 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 8 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 4, depth = 2>}
    : memref<3x6x6xf32>, memref<8x3x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  return
}

// CHECK-LABEL: func.func @winograd(
func.func @winograd(%x: memref<1x6x6x8xf32>, %v: memref<1x36x2x8xf32>, %w: memref<8x8x3x3xf32>, %b: memref<8xf32>,
                    %s: memref<1x6x6x8xf32>, %y: memref<1x4x4x8xf32>) {
  // CHECK-NEXT: kernel.winograd_input ins(%arg0) outs(%arg1) {input_offset = array<i64: 0, 0>, outputs = 4 : i64,
  // CHECK-SAME: tiles = array<i64: 1, 1>} : memref<1x6x6x8xf32> -> memref<1x36x2x8xf32>
  kernel.winograd_input ins(%x) outs(%v) {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 1, 1>}
    : memref<1x6x6x8xf32> -> memref<1x36x2x8xf32>
  // CHECK-NEXT: kernel.winograd_conv ins(%arg1, %arg2, %arg3) outs(%arg5) {input_channels = 8 : i64, output_channels = 8 : i64,
  // CHECK-SAME: output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, outputs = 4 : i64,
  // CHECK-SAME: schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
  // CHECK-SAME: : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  kernel.winograd_conv ins(%v, %w, %b) outs(%y)
    {activation = #kernel.activation<none>, input_channels = 8 : i64, output_channels = 8 : i64,
     output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, outputs = 4 : i64, residual_offset = array<i64: 0, 0>,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: kernel.winograd_conv ins(%arg1, %arg2, %arg3) residual(%arg4) outs(%arg5) {activation = #kernel.activation<relu>,
  // CHECK-SAME: residual_offset = array<i64: 1, 1>
  // CHECK-SAME: : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x6x6x8xf32> -> memref<1x4x4x8xf32>
  kernel.winograd_conv ins(%v, %w, %b) residual(%s) outs(%y)
    {activation = #kernel.activation<relu>, input_channels = 8 : i64, output_channels = 8 : i64,
     output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, outputs = 4 : i64, residual_offset = array<i64: 1, 1>,
     schedule = #kernel.schedule<winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x6x6x8xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: kernel.winograd_conv ins(%arg1, %arg2, %arg3) image(%arg0 : memref<1x6x6x8xf32>) residual(%arg4) outs(%arg5) {input_channels
  // CHECK-SAME: schedule = #kernel.schedule<fused_winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
  // CHECK-SAME: : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x6x6x8xf32> -> memref<1x4x4x8xf32>
  kernel.winograd_conv ins(%v, %w, %b) image(%x : memref<1x6x6x8xf32>) residual(%s) outs(%y)
    {input_channels = 8 : i64, output_channels = 8 : i64, input_offset = array<i64: 0, 0>,
     output_offset = array<i64: 0, 0>, output_size = array<i64: 4, 4>, outputs = 4 : i64,
     schedule = #kernel.schedule<fused_winograd_f4, pixels = 1, oc_blocks = 1, rows = 1>}
    : memref<1x36x2x8xf32>, memref<8x8x3x3xf32>, memref<8xf32>, memref<1x6x6x8xf32> -> memref<1x4x4x8xf32>
  return
}

// CHECK-LABEL: func.func @others(
func.func @others(%x: memref<1x4x4x8xf32>, %y: memref<1x6x6x8xf32>, %planar: memref<8x4x4xf32>,
                  %p: memref<1x2x2x8xf32>, %v: memref<1x10x1xf32>) {
  // CHECK-NEXT: kernel.copy ins(%arg2) outs(%arg1) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>,
  // CHECK-SAME: output_offset = array<i64: 0, 1, 1>, size = array<i64: 8, 4, 4>} : memref<8x4x4xf32> -> memref<1x6x6x8xf32>
  kernel.copy ins(%planar) outs(%y)
    {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 1, 1>,
     size = array<i64: 8, 4, 4>} : memref<8x4x4xf32> -> memref<1x6x6x8xf32>
  // CHECK-NEXT: kernel.copy ins(%arg2) outs(%arg0) {fill = 1.500000e+00 : f32, input_base = array<i64: 1, 0>,
  // CHECK-SAME: input_offset = array<i64: -2, 0, 0>, input_perm = array<i64: 2, 0, 1>, input_size = array<i64: 4, 4, 4>,
  // CHECK-SAME: output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 2, 2>, steps = array<i64: 1, 2, -1>}
  kernel.copy ins(%planar) outs(%x)
    {input_base = array<i64: 1, 0>, input_offset = array<i64: -2, 0, 0>, input_perm = array<i64: 2, 0, 1>,
     input_size = array<i64: 4, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 2, 2>,
     steps = array<i64: 1, 2, -1>, fill = 1.5 : f32} : memref<8x4x4xf32> -> memref<1x4x4x8xf32>
  // CHECK-NEXT: kernel.fill_halo outs(%arg1) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x8xf32>
  kernel.fill_halo outs(%y) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x8xf32>
  // CHECK-NEXT: kernel.map ins(%arg0, %arg0) outs(%arg1) {offsets = array<i64: 0, 0, 0, 0, 1, 1>, size = array<i64: 1, 4, 4, 8>}
  // CHECK-SAME: : memref<1x4x4x8xf32>, memref<1x4x4x8xf32> -> memref<1x6x6x8xf32> {
  // CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[B:.+]]: f32):
  // CHECK-NEXT: %[[S:.+]] = arith.addf %[[A]], %[[B]] : f32
  // CHECK-NEXT: kernel.yield %[[S]] : f32
  kernel.map ins(%x, %x) outs(%y) {offsets = array<i64: 0, 0, 0, 0, 1, 1>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32>, memref<1x4x4x8xf32> -> memref<1x6x6x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    kernel.yield %0 : f32
  }
  %mean = kernel.buffer : memref<1x1x1x8xf32>
  %square = kernel.buffer : memref<1x1x1x8xf32>
  // CHECK: kernel.plane_means ins(%arg0) outs(%{{.+}}, %{{.+}}) {offsets = array<i64: 0, 0>, size = array<i64: 1, 4, 4, 8>}
  // CHECK-SAME: : memref<1x4x4x8xf32> -> memref<1x1x1x8xf32>, memref<1x1x1x8xf32> {
  // CHECK-NEXT: ^bb0(%[[A:.+]]: f32):
  // CHECK-NEXT: %[[S:.+]] = arith.mulf %[[A]], %[[A]] : f32
  // CHECK-NEXT: kernel.yield %[[A]], %[[S]] : f32, f32
  kernel.plane_means ins(%x) outs(%mean, %square) {offsets = array<i64: 0, 0>, size = array<i64: 1, 4, 4, 8>}
    : memref<1x4x4x8xf32> -> memref<1x1x1x8xf32>, memref<1x1x1x8xf32> {
  ^bb0(%a: f32):
    %0 = arith.mulf %a, %a : f32
    kernel.yield %a, %0 : f32, f32
  }
  // CHECK: kernel.pool <max> ins(%arg0) outs(%arg3) {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>,
  // CHECK-SAME: input_size = array<i64: 4, 4>, kernel_shape = array<i64: 2, 2>, output_offset = array<i64: 0, 0>,
  // CHECK-SAME: output_size = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>}
  kernel.pool <max> ins(%x) outs(%p)
    {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 4, 4>,
     kernel_shape = array<i64: 2, 2>, output_offset = array<i64: 0, 0>, output_size = array<i64: 2, 2>,
     pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  // CHECK-NEXT: kernel.pool <avg> ins(%arg0) outs(%arg3) {count_include_pad = true,
  kernel.pool <avg> ins(%x) outs(%p)
    {count_include_pad = true, dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 4, 4>,
     kernel_shape = array<i64: 2, 2>, output_offset = array<i64: 0, 0>, output_size = array<i64: 2, 2>,
     pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>} : memref<1x4x4x8xf32> -> memref<1x2x2x8xf32>
  // CHECK-NEXT: kernel.softmax ins(%arg4) outs(%arg4) : memref<1x10x1xf32> -> memref<1x10x1xf32>
  kernel.softmax ins(%v) outs(%v) : memref<1x10x1xf32> -> memref<1x10x1xf32>
  // CHECK-NEXT: kernel.launch @step(%arg0, %arg1) units 4 macs 0 : memref<1x4x4x8xf32>, memref<1x6x6x8xf32>
  kernel.launch @step(%x, %y) units 4 macs 0 : memref<1x4x4x8xf32>, memref<1x6x6x8xf32>
  // CHECK-NEXT: kernel.launch @step(%arg0, %arg1) units 4 macs 9 {images_innermost, no_barrier} :
  kernel.launch @step(%x, %y) units 4 macs 9 {images_innermost, no_barrier} : memref<1x4x4x8xf32>, memref<1x6x6x8xf32>
  return
}
func.func private @step(memref<1x4x4x8xf32>, memref<1x6x6x8xf32>, index, index)
