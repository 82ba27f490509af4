// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// A matrix product is a 1x1 convolution of one pixel. 16 channels in whole
// blocks are the argument itself; 10 go through a buffer of 16.
// CHECK-LABEL: func.func @gemm(
// CHECK: %[[X:.+]] = kernel.view %arg0 : memref<16xf32> to memref<2x1x1x8xf32>
// CHECK: %[[A:.+]] = kernel.buffer : memref<2x1x1x8xf32>
// CHECK: kernel.conv ins(%[[X]], %{{.+}}, %{{.+}}) outs(%[[A]]) {{.*}}input_channels = 16 : i64, {{.*}}output_channels = 10 : i64,
// CHECK: %[[Y:.+]] = kernel.view %arg1 : memref<10xf32> to memref<10x1x1xf32>
// CHECK: kernel.copy ins(%[[A]]) outs(%[[Y]]) {{.*}}size = array<i64: 10, 1, 1>
func.func @gemm(%x: tensor<?x16xf32>) -> tensor<?x10xf32> {
  %w = resnet.constant dense<1.0> : tensor<10x16xf32>
  %b = resnet.constant dense<2.0> : tensor<10xf32>
  %y = resnet.gemm %x, %w, %b {trans_b = true} : (tensor<?x16xf32>, tensor<10x16xf32>, tensor<10xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

// -----

// The weight is M x C; alpha = 2 and beta = 3 are in it and in the bias.
// CHECK-LABEL: func.func @scaled(
// CHECK: kernel.weight dense<{{\[\[\[\[}}2.000000e+00{{\]\]}}, {{\[\[}}4.000000e+00{{\]\]}}, {{\[\[}}6.000000e+00{{\]\]\]\]}}> : tensor<1x3x1x1xf32>
// CHECK: kernel.weight dense<3.000000e+00> : tensor<1xf32>
func.func @scaled(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
  %w = resnet.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %b = resnet.constant dense<1.0> : tensor<1xf32>
  %y = resnet.gemm %x, %w, %b {alpha = 2.0 : f32, beta = 3.0 : f32} : (tensor<?x3xf32>, tensor<3x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
