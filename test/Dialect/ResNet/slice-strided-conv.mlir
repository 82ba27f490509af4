// RUN: resnet-opt %s --resnet-slice-strided-conv | FileCheck %s
// RUN: resnet-opt %s --resnet-slice-strided-conv --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=NAMES

// CHECK-LABEL: func.func @projection(
// CHECK: %[[S:.+]] = resnet.slice %{{.+}} : {{.+}} -> tensor<?x4x3x4xf32>
// CHECK: resnet.conv %[[S]], %{{.+}} : (tensor<?x4x3x4xf32>, tensor<8x4x1x1xf32>) -> tensor<?x8x3x4xf32>
func.func @projection(%x: tensor<?x4x5x8xf32>, %w: tensor<8x4x1x1xf32>) -> tensor<?x8x3x4xf32> {
  %y = resnet.conv %x, %w {strides = array<i64: 2, 2>} : (tensor<?x4x5x8xf32>, tensor<8x4x1x1xf32>) -> tensor<?x8x3x4xf32>
  return %y : tensor<?x8x3x4xf32>
}

// Other taps read what the stride skips.
// CHECK-LABEL: func.func @window(
// CHECK-NOT: slice
func.func @window(%x: tensor<?x4x5x5xf32>, %w: tensor<8x4x3x3xf32>) -> tensor<?x8x3x3xf32> {
  %y = resnet.conv %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x5x5xf32>, tensor<8x4x3x3xf32>) -> tensor<?x8x3x3xf32>
  return %y : tensor<?x8x3x3xf32>
}

// Initializers of one value, as batch normalizations have them before they learn,
// stay apart.
// CHECK-LABEL: func.func @initializers(
// CHECK-COUNT-2: resnet.constant dense<1.000000e+00>
// NAMES-LABEL: func.func @initializers(
// NAMES: resnet.constant dense<1.000000e+00> : tensor<4xf32> loc("gamma")
// NAMES: resnet.constant dense<1.000000e+00> : tensor<4xf32> loc("variance")
func.func @initializers(%x: tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32> {
  %gamma = resnet.constant dense<1.0> : tensor<4xf32> loc("gamma")
  %beta = resnet.constant dense<0.0> : tensor<4xf32> loc("beta")
  %mean = resnet.constant dense<0.0> : tensor<4xf32> loc("mean")
  %variance = resnet.constant dense<1.0> : tensor<4xf32> loc("variance")
  %y = resnet.batch_norm %x, %gamma, %beta, %mean, %variance : (tensor<?x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x3x3xf32>
  return %y : tensor<?x4x3x3xf32>
}
