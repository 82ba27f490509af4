// RUN: resnet-opt %s --kernel-plan-memory --split-input-file | FileCheck %s

// Three results in a row: the third lies where the first was, which is dead by
// then. Sizes are rounded up to 64 bytes: 2 * 2 * 5 * 4 = 80 to 128.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME: kernel.local_bytes = 256 : i64, kernel.weight_bytes = 0 : i64, kernel.workspace_bytes = 0 : i64
// CHECK: %[[A:.+]] = kernel.buffer local offset [[FIRST:[0-9]+]] :
// CHECK: kernel.copy ins(%arg0) outs(%[[A]])
// CHECK: kernel.buffer local offset [[SECOND:[0-9]+]] :
// CHECK: kernel.buffer local offset [[FIRST]] :
func.func @chain(%x: memref<2x2x5xf32>, %y: memref<2x2x5xf32>) {
  %a = kernel.buffer : memref<2x2x5xf32>
  kernel.copy ins(%x) outs(%a) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 2, 5>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 2, 5>} : memref<2x2x5xf32> -> memref<2x2x5xf32>
  %b = kernel.buffer : memref<2x2x5xf32>
  kernel.copy ins(%a) outs(%b) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 2, 5>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 2, 5>} : memref<2x2x5xf32> -> memref<2x2x5xf32>
  %c = kernel.buffer : memref<2x2x5xf32>
  kernel.copy ins(%b) outs(%c) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 2, 5>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 2, 5>} : memref<2x2x5xf32> -> memref<2x2x5xf32>
  kernel.copy ins(%c) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 2, 5>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 2, 5>} : memref<2x2x5xf32> -> memref<2x2x5xf32>
  return
}

// -----

// A use through a view is a use: %a lives as long as %view is read, so nothing
// shares its memory.
// CHECK-LABEL: func.func @view(
// CHECK-SAME: kernel.local_bytes = 128 : i64
// CHECK-DAG: kernel.buffer local offset 0 :
// CHECK-DAG: kernel.buffer local offset 64 :
func.func @view(%x: memref<16x1x1xf32>, %y: memref<1x4x4xf32>, %z: memref<16x1x1xf32>) {
  %a = kernel.buffer : memref<16x1x1xf32>
  kernel.copy ins(%x) outs(%a) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 16, 1, 1>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 16, 1, 1>} : memref<16x1x1xf32> -> memref<16x1x1xf32>
  %view = kernel.view %a : memref<16x1x1xf32> to memref<1x4x4xf32>
  %b = kernel.buffer : memref<16x1x1xf32>
  kernel.copy ins(%x) outs(%b) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 16, 1, 1>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 16, 1, 1>} : memref<16x1x1xf32> -> memref<16x1x1xf32>
  kernel.copy ins(%b) outs(%z) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 16, 1, 1>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 16, 1, 1>} : memref<16x1x1xf32> -> memref<16x1x1xf32>
  kernel.copy ins(%view) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 1, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 1, 4, 4>} : memref<1x4x4xf32> -> memref<1x4x4xf32>
  return
}

// -----

// Weights follow each other at multiples of 64 bytes; equal ones are one.
// CHECK-LABEL: func.func @weights(
// CHECK-SAME: kernel.weight_bytes = 192 : i64
// CHECK: kernel.weight dense<1.000000e+00> : tensor<3xf32> offset 0 ->
// CHECK: kernel.weight dense<2.000000e+00> : tensor<17xf32> offset 64 ->
// CHECK: kernel.weight dense<1.000000e+00> : tensor<3xf32> offset 0 ->
func.func @weights() {
  %0 = kernel.weight dense<1.0> : tensor<3xf32> -> memref<3xf32>
  %1 = kernel.weight dense<2.0> : tensor<17xf32> -> memref<17xf32>
  %2 = kernel.weight dense<1.0> : tensor<3xf32> -> memref<3xf32>
  return
}

// -----

// A residual that dies with the sum is where the sum goes; the zeros around it
// need not be written again.
// CHECK-LABEL: func.func @residual(
// CHECK: %[[S:.+]] = kernel.buffer local offset
// CHECK: kernel.fill_halo outs(%[[S]])
// CHECK-NOT: kernel.fill_halo
// CHECK: kernel.conv ins({{.*}}) residual(%[[S]]) outs(%[[S]])
// CHECK: kernel.copy ins(%[[S]]) outs(%arg3)
func.func @residual(%x: memref<1x4x4x2xf32>, %w: memref<4xf32>, %b: memref<2xf32>, %y: memref<1x4x4x2xf32>) {
  %s = kernel.buffer : memref<1x6x6x2xf32>
  kernel.fill_halo outs(%s) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x2xf32>
  kernel.copy ins(%x) outs(%s) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 4, 4>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 2, 4, 4>} : memref<1x4x4x2xf32> -> memref<1x6x6x2xf32>
  %r = kernel.buffer : memref<1x6x6x2xf32>
  kernel.fill_halo outs(%r) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x2xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%r)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 1, 1>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>, residual_offset = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 4>}
    : memref<1x4x4x2xf32>, memref<4xf32>, memref<2xf32>, memref<1x6x6x2xf32> -> memref<1x6x6x2xf32>
  kernel.copy ins(%r) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_base = array<i64: 1, 1>, input_size = array<i64: 2, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 4, 4>} : memref<1x6x6x2xf32> -> memref<1x4x4x2xf32>
  return
}

// -----

// Not where the residual is read later, nor where it is also the input, whose
// neighbours are still needed.
// CHECK-LABEL: func.func @no_residual(
// CHECK: %[[S:.+]] = kernel.buffer local offset
// CHECK: %[[R:.+]] = kernel.buffer local offset
// CHECK: kernel.conv ins({{.*}}) residual(%[[S]]) outs(%[[R]])
// CHECK: %[[T:.+]] = kernel.buffer local offset
// CHECK: kernel.conv ins(%[[R]], {{.*}}) residual(%[[R]]) outs(%[[T]])
func.func @no_residual(%x: memref<1x4x4x2xf32>, %w: memref<4xf32>, %b: memref<2xf32>, %y: memref<1x4x4x2xf32>, %z: memref<1x4x4x2xf32>) {
  %s = kernel.buffer : memref<1x4x4x2xf32>
  kernel.copy ins(%x) outs(%s) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 4, 4>} : memref<1x4x4x2xf32> -> memref<1x4x4x2xf32>
  %r = kernel.buffer : memref<1x4x4x2xf32>
  kernel.conv ins(%x, %w, %b) residual(%s) outs(%r)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 4>}
    : memref<1x4x4x2xf32>, memref<4xf32>, memref<2xf32>, memref<1x4x4x2xf32> -> memref<1x4x4x2xf32>
  %t = kernel.buffer : memref<1x4x4x2xf32>
  kernel.conv ins(%r, %w, %b) residual(%r) outs(%t)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 2 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 2 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 1, 1>,
     schedule = #kernel.schedule<direct, pixels = 4, oc_blocks = 1, rows = 4>}
    : memref<1x4x4x2xf32>, memref<4xf32>, memref<2xf32>, memref<1x4x4x2xf32> -> memref<1x4x4x2xf32>
  kernel.copy ins(%s) outs(%z) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 4, 4>} : memref<1x4x4x2xf32> -> memref<1x4x4x2xf32>
  kernel.copy ins(%t) outs(%y) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 2, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 2, 4, 4>} : memref<1x4x4x2xf32> -> memref<1x4x4x2xf32>
  return
}

// -----

// What images share lies apart from what there is of each.
// CHECK-LABEL: func.func @shared(
// CHECK-SAME: kernel.local_bytes = 64 : i64, kernel.shared_bytes = 64 : i64
// CHECK-SAME: kernel.workspace_bytes = 0 : i64
// CHECK: kernel.buffer shared offset 0 : memref<4xf32>
// CHECK: kernel.buffer local offset 0 : memref<1x4xf32>
func.func @shared(%y: memref<1x4xf32>) {
  %s = kernel.buffer shared : memref<4xf32>
  kernel.fill outs(%s) : memref<4xf32>
  %x = kernel.buffer : memref<1x4xf32>
  kernel.fill outs(%x) : memref<1x4xf32>
  %v = kernel.view %s : memref<4xf32> to memref<1x4xf32>
  kernel.map ins(%x, %v) outs(%y) {size = array<i64: 1, 4>, offsets = array<i64: 0, 0, 0, 0, 0, 0>} : memref<1x4xf32>, memref<1x4xf32> -> memref<1x4xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    kernel.yield %0 : f32
  }
  return
}

// -----

// What a step for the batch reads stays for each image, and apart from what a
// thread needs of one.
// CHECK-LABEL: func.func @crossing(
// CHECK-SAME: kernel.local_bytes = 64 : i64, kernel.shared_bytes = 64 : i64
// CHECK-SAME: kernel.workspace_bytes = 64 : i64
// CHECK: kernel.buffer local offset 0 : memref<1x4xf32>
// CHECK: kernel.buffer offset 0 : memref<1x4xf32>
func.func @crossing(%x: memref<1x4xf32>, %y: memref<1x4xf32>) {
  %0 = kernel.buffer : memref<1x4xf32>
  kernel.map ins(%x) outs(%0) {offsets = array<i64: 0, 0, 0, 0>, size = array<i64: 1, 4>} : memref<1x4xf32> -> memref<1x4xf32> {
  ^bb0(%a: f32):
    %t = math.tanh %a : f32
    kernel.yield %t : f32
  }
  %1 = kernel.buffer : memref<1x4xf32>
  kernel.map ins(%0, %x) outs(%1) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 1, 4>} : memref<1x4xf32>, memref<1x4xf32> -> memref<1x4xf32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    kernel.yield %p : f32
  }
  kernel.map ins(%0, %1) outs(%y) {offsets = array<i64: 0, 0, 0, 0, 0, 0>, size = array<i64: 1, 4>} : memref<1x4xf32>, memref<1x4xf32> -> memref<1x4xf32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.addf %a, %b : f32
    kernel.yield %p : f32
  }
  %2 = kernel.buffer shared : memref<1x4xf32>
  kernel.fill outs(%2) : memref<1x4xf32>
  kernel.generic "sum" ins(%1 : memref<1x4xf32>) outs(%2 : memref<1x4xf32>) units 1 {
  ^bb0(%in: memref<1x4xf32>, %out: memref<1x4xf32>, %begin: index, %end: index):
    kernel.yield
  }
  return
}
