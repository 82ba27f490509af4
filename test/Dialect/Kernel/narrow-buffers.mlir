// RUN: resnet-opt %s --split-input-file --kernel-narrow-buffers --mlir-print-local-scope | FileCheck %s
// RUN: resnet-opt %s --split-input-file --kernel-narrow-buffers=keep-sums --mlir-print-local-scope | FileCheck %s --check-prefix=SUMS

// Blocked buffers become bf16, and with them their views. What stays f32: the
// network's input and output, the scores, which are only copied to the output, and
// the planar buffer: behind its last window there is no column to make a pair.
// CHECK-LABEL: func.func @network(
// CHECK-SAME: memref<3x8x8xf32>, %{{.+}}: memref<4xf32>)
// CHECK: %[[PLANAR:.+]] = kernel.buffer : memref<3x10x10xf32>
// CHECK: %[[X:.+]] = kernel.buffer : memref<1x8x8x4xbf16>
// CHECK: kernel.conv ins(%[[PLANAR]], {{.*}}outs(%[[X]]){{.*}} : memref<3x10x10xf32>, memref<4x3x3x3xf32>, memref<4xf32> -> memref<1x8x8x4xbf16>
// CHECK: %[[Y:.+]] = kernel.buffer : memref<1x1x1x4xbf16>
// CHECK: kernel.pool {{.*}} : memref<1x8x8x4xbf16> -> memref<1x1x1x4xbf16>
// CHECK: %[[V:.+]] = kernel.view %[[Y]] : memref<1x1x1x4xbf16> to memref<1x1x1x4xbf16>
// CHECK: %[[SCORES:.+]] = kernel.buffer : memref<1x1x1x4xf32>
// CHECK: kernel.conv ins(%[[V]], {{.*}}outs(%[[SCORES]])
// CHECK: kernel.copy {{.*}} : memref<1x1x1x4xf32> -> memref<4x1x1xf32>
func.func @network(%input: memref<3x8x8xf32>, %output: memref<4xf32>) {
  %w0 = kernel.weight dense<1.0> : tensor<4x3x3x3xf32> -> memref<4x3x3x3xf32>
  %b0 = kernel.weight dense<1.0> : tensor<4xf32> -> memref<4xf32>
  %w1 = kernel.weight dense<1.0> : tensor<4x4x1x1xf32> -> memref<4x4x1x1xf32>
  %planar = kernel.buffer : memref<3x10x10xf32>
  kernel.fill_halo outs(%planar) {offset = array<i64: 1, 1>, size = array<i64: 8, 8>} : memref<3x10x10xf32>
  kernel.copy ins(%input) outs(%planar) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 3, 8, 8>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 3, 8, 8>} : memref<3x8x8xf32> -> memref<3x10x10xf32>
  %x = kernel.buffer : memref<1x8x8x4xf32>
  kernel.conv ins(%planar, %w0, %b0) outs(%x)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 3 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 8, 8>, strides = array<i64: 1, 1>}
    : memref<3x10x10xf32>, memref<4x3x3x3xf32>, memref<4xf32> -> memref<1x8x8x4xf32>
  %y = kernel.buffer : memref<1x1x1x4xf32>
  kernel.pool <avg> ins(%x) outs(%y)
    {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 8, 8>,
     kernel_shape = array<i64: 8, 8>, output_offset = array<i64: 0, 0>, output_size = array<i64: 1, 1>,
     pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>}
    : memref<1x8x8x4xf32> -> memref<1x1x1x4xf32>
  %v = kernel.view %y : memref<1x1x1x4xf32> to memref<1x1x1x4xf32>
  %scores = kernel.buffer : memref<1x1x1x4xf32>
  kernel.conv ins(%v, %w1, %b0) outs(%scores)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 4 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 1, 1>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<1x1x1x4xf32>, memref<4x4x1x1xf32>, memref<4xf32> -> memref<1x1x1x4xf32>
  %out = kernel.view %output : memref<4xf32> to memref<4x1x1xf32>
  kernel.copy ins(%scores) outs(%out) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 4, 1, 1>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 4, 1, 1>} : memref<1x1x1x4xf32> -> memref<4x1x1xf32>
  return
}

// -----

// With strides of 2 there is one: columns 6 to 8 of 10.
// CHECK-LABEL: func.func @stem(
// CHECK: kernel.buffer : memref<3x10x10xbf16>
func.func @stem(%input: memref<3x8x8xf32>, %x: memref<1x4x4x4xf32>, %w: memref<4x3x3x3xf32>, %b: memref<4xf32>) {
  %planar = kernel.buffer : memref<3x10x10xf32>
  kernel.copy ins(%input) outs(%planar) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 3, 8, 8>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 3, 8, 8>} : memref<3x8x8xf32> -> memref<3x10x10xf32>
  kernel.conv ins(%planar, %w, %b) outs(%x)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 3 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 4>, strides = array<i64: 2, 2>}
    : memref<3x10x10xf32>, memref<4x3x3x3xf32>, memref<4xf32> -> memref<1x4x4x4xf32>
  return
}

// -----

// Dilated columns do not lie side by side.
// CHECK-LABEL: func.func @dilated(
// CHECK: kernel.buffer : memref<3x10x10xf32>
func.func @dilated(%input: memref<3x8x8xf32>, %x: memref<1x4x4x4xf32>, %w: memref<4x3x3x3xf32>, %b: memref<4xf32>) {
  %planar = kernel.buffer : memref<3x10x10xf32>
  kernel.copy ins(%input) outs(%planar) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 3, 8, 8>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 3, 8, 8>} : memref<3x8x8xf32> -> memref<3x10x10xf32>
  kernel.conv ins(%planar, %w, %b) outs(%x)
    {dilations = array<i64: 1, 2>, group = 1 : i64, input_channels = 3 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 4 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 4, 3>, strides = array<i64: 2, 2>}
    : memref<3x10x10xf32>, memref<4x3x3x3xf32>, memref<4xf32> -> memref<1x4x4x4xf32>
  return
}

// -----

// Code that was made for f32 keeps it.
// CHECK-LABEL: func.func @code(
// CHECK: %[[X:.+]] = kernel.buffer : memref<1x8x8x4xf32>
// CHECK: kernel.view %[[X]] : memref<1x8x8x4xf32> to memref<256xf32>
func.func @code(%input: memref<256xf32>, %output: memref<256xf32>) {
  %x = kernel.buffer : memref<1x8x8x4xf32>
  %v = kernel.view %x : memref<1x8x8x4xf32> to memref<256xf32>
  kernel.generic "first" ins(%input : memref<256xf32>) outs(%v : memref<256xf32>) units 1 {
  ^bb0(%from: memref<256xf32>, %to: memref<256xf32>, %begin: index, %end: index):
    kernel.yield
  }
  kernel.generic "second" ins(%v : memref<256xf32>) outs(%output : memref<256xf32>) units 1 {
  ^bb0(%from: memref<256xf32>, %to: memref<256xf32>, %begin: index, %end: index):
    kernel.yield
  }
  return
}

// -----

// What all images share, as gradients of parameters, stays f32; in training sums
// over an image's pixels, too.
// CHECK-LABEL: func.func @sums(
// CHECK: kernel.buffer : memref<1x4x4x4xbf16>
// CHECK: kernel.buffer : memref<1x1x1x4xbf16>
// CHECK: kernel.buffer shared : memref<1x4x4x4xf32>
// SUMS-LABEL: func.func @sums(
// SUMS: kernel.buffer : memref<1x4x4x4xbf16>
// SUMS: kernel.buffer : memref<1x1x1x4xf32>
// SUMS: kernel.buffer shared : memref<1x4x4x4xf32>
func.func @sums(%input: memref<1x4x4x4xf32>, %output: memref<1x4x4x4xf32>) {
  %x = kernel.buffer : memref<1x4x4x4xf32>
  %sum = kernel.buffer : memref<1x1x1x4xf32>
  %shared = kernel.buffer shared : memref<1x4x4x4xf32>
  kernel.map ins(%x) outs(%output) {size = array<i64: 1, 4, 4, 4>, offsets = array<i64: 0, 0, 0, 0>} : memref<1x4x4x4xf32> -> memref<1x4x4x4xf32> {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %a : f32
    kernel.yield %0 : f32
  }
  kernel.pool <avg> ins(%x) outs(%sum)
    {dilations = array<i64: 1, 1>, input_offset = array<i64: 0, 0>, input_size = array<i64: 4, 4>,
     kernel_shape = array<i64: 4, 4>, output_offset = array<i64: 0, 0>, output_size = array<i64: 1, 1>,
     pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>}
    : memref<1x4x4x4xf32> -> memref<1x1x1x4xf32>
  kernel.map ins(%sum) outs(%sum) {size = array<i64: 1, 1, 1, 4>, offsets = array<i64: 0, 0, 0, 0>} : memref<1x1x1x4xf32> -> memref<1x1x1x4xf32> {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %a : f32
    kernel.yield %0 : f32
  }
  kernel.map ins(%shared) outs(%output) {size = array<i64: 1, 4, 4, 4>, offsets = array<i64: 0, 0, 0, 0>} : memref<1x4x4x4xf32> -> memref<1x4x4x4xf32> {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %a : f32
    kernel.yield %0 : f32
  }
  return
}
