// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// Tensors of one image in memory; results are arguments. Pads are the halo of
// the input's buffer: the window starts at its corner, data at [1, 1]. The
// residual is read where its data starts.
// CHECK-LABEL: func.func @padded(
// CHECK-SAME: %[[X:.+]]: memref<16x4x4xf32> {kernel.tensor = tensor<?x16x4x4xf32>}, %[[Y:.+]]: memref<16x4x4xf32>
// CHECK-SAME: attributes {kernel.num_inputs = 1 : i64}
// CHECK: %[[A:.+]] = kernel.buffer : memref<2x6x6x8xf32>
// CHECK: kernel.fill_halo outs(%[[A]]) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>}
// CHECK: kernel.copy ins(%[[X]]) outs(%[[A]]) {{.*}}output_offset = array<i64: 0, 1, 1>, size = array<i64: 16, 4, 4>
// CHECK: %[[C:.+]] = kernel.buffer : memref<2x6x6x8xf32>
// CHECK: kernel.fill_halo outs(%[[C]])
// CHECK: kernel.conv ins(%[[A]], %{{.+}}, %{{.+}}) outs(%[[C]]) {activation = #kernel.activation<relu>,
// CHECK-SAME: input_offset = array<i64: 0, 0>, {{.*}}output_offset = array<i64: 1, 1>, output_size = array<i64: 4, 4>,
// CHECK: %[[D:.+]] = kernel.buffer : memref<2x4x4x8xf32>
// CHECK: kernel.conv ins(%[[C]], %{{.+}}, %{{.+}}) residual(%[[C]]) outs(%[[D]])
// CHECK-SAME: output_offset = array<i64: 0, 0>, {{.*}}residual_offset = array<i64: 1, 1>
// CHECK: kernel.copy ins(%[[D]]) outs(%[[Y]])
func.func @padded(%x: tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<16x16x3x3xf32>
  %b = resnet.constant dense<2.0> : tensor<16xf32>
  %c = resnet.conv %x, %w bias %b {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x16x4x4xf32>, tensor<16x16x3x3xf32>, tensor<16xf32>) -> tensor<?x16x4x4xf32>
  %d = resnet.conv %c, %w bias %b residual %c {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x16x4x4xf32>, tensor<16x16x3x3xf32>, tensor<16xf32>, tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32>
  return %d : tensor<?x16x4x4xf32>
}

// -----

// A stem reads planes. A bias that is not there is zeros.
// CHECK-LABEL: func.func @stem(
// CHECK: %[[A:.+]] = kernel.buffer : memref<3x14x14xf32>
// CHECK: kernel.fill_halo outs(%[[A]]) {offset = array<i64: 3, 3>, size = array<i64: 8, 8>}
// CHECK: kernel.copy ins(%arg0) outs(%[[A]]) {{.*}}output_offset = array<i64: 0, 3, 3>
// CHECK: %[[B:.+]] = kernel.weight dense<0.000000e+00> : tensor<8xf32>
// CHECK: kernel.conv ins(%[[A]], %{{.+}}, %[[B]])
// CHECK-SAME: strides = array<i64: 2, 2>} : memref<3x14x14xf32>, memref<8x3x7x7xf32>, memref<8xf32> -> memref<1x4x4x8xf32>
func.func @stem(%x: tensor<?x3x8x8xf32>) -> tensor<?x8x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<8x3x7x7xf32>
  %c = resnet.conv %x, %w {pads = array<i64: 3, 3, 3, 3>, strides = array<i64: 2, 2>}
     : (tensor<?x3x8x8xf32>, tensor<8x3x7x7xf32>) -> tensor<?x8x4x4xf32>
  return %c : tensor<?x8x4x4xf32>
}

// -----

// A halo that another reader wants is skipped: data starts at [1, 1].
// CHECK-LABEL: func.func @halo_of_another(
// CHECK: kernel.conv {{.*}}input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>
// CHECK: kernel.conv {{.*}}input_offset = array<i64: 1, 1>, kernel_shape = array<i64: 1, 1>
func.func @halo_of_another(%x: tensor<?x8x4x4xf32>) -> (tensor<?x8x4x4xf32>, tensor<?x8x2x2xf32>) {
  %w = resnet.constant dense<1.0> : tensor<8x8x3x3xf32>
  %v = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %c = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x8x4x4xf32>, tensor<8x8x3x3xf32>) -> tensor<?x8x4x4xf32>
  %d = resnet.conv %x, %v {strides = array<i64: 2, 2>}
     : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x2x2xf32>
  return %c, %d : tensor<?x8x4x4xf32>, tensor<?x8x2x2xf32>
}

// -----

// Dilation, groups and channels that blocks do not divide.
// CHECK-LABEL: func.func @dilated(
// CHECK: kernel.conv {{.*}}dilations = array<i64: 2, 3>, group = 2 : i64, input_channels = 20 : i64,
// CHECK-SAME: output_channels = 6 : i64,
// CHECK-SAME: : memref<3x8x10x8xf32>, memref<6x10x3x3xf32>, memref<6xf32> -> memref<1x4x4x8xf32>
func.func @dilated(%x: tensor<?x20x8x10xf32>) -> tensor<?x6x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<6x10x3x3xf32>
  %c = resnet.conv %x, %w {dilations = array<i64: 2, 3>, group = 2 : i64}
     : (tensor<?x20x8x10xf32>, tensor<6x10x3x3xf32>) -> tensor<?x6x4x4xf32>
  return %c : tensor<?x6x4x4xf32>
}
