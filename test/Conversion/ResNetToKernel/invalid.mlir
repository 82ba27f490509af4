// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel --verify-diagnostics

// A product over the batch.
func.func @matmul(%x: tensor<?x8xf32>) -> tensor<8x8xf32> {
  // expected-error @below {{is supported with a constant B and without transA only}}
  %y = resnet.gemm %x, %x {trans_a = true} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}

// -----

// The mean over a batch depends on its size.
func.func @batch(%x: tensor<?x8xf32>) -> tensor<1x8xf32> {
  %a = resnet.constant dense<0> : tensor<1xi64>
  // expected-error @below {{mixes examples of the batch}}
  %y = resnet.reduce_mean %x, %a : (tensor<?x8xf32>, tensor<1xi64>) -> tensor<1x8xf32>
  return %y : tensor<1x8xf32>
}

// -----

// A weight that is an input has no batch.
// expected-error @below {{input '' has another batch than others}}
func.func @variable(%x: tensor<?x8x4x4xf32>, %w: tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %c = resnet.conv %x, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  return %c : tensor<?x8x4x4xf32>
}

// -----

// Example by example, a constant has no example.
// expected-error @below {{output '' has another batch than others}}
func.func @const(%x: tensor<?x8x4x4xf32>) -> tensor<8xf32> {
  %c = resnet.constant dense<1.0> : tensor<8xf32>
  return %c : tensor<8xf32>
}

// -----

// The right operand's first dimension is not the batch.
func.func @ranks(%x: tensor<?x8x4xf64>, %y: tensor<?x4xf64>) -> tensor<?x8x4xf64> {
  // expected-error @below {{mixes examples of the batch}}
  %z = resnet.pow %x, %y : (tensor<?x8x4xf64>, tensor<?x4xf64>) -> tensor<?x8x4xf64>
  return %z : tensor<?x8x4xf64>
}

// -----

// Scalars that were not folded have no batch.
func.func @scalars(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %a = resnet.constant dense<1.0> : tensor<f32>
  %b = resnet.constant dense<2.0> : tensor<f32>
  // expected-error @+1 {{which has no batch dimension}}
  %s = resnet.add %a, %b : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %y = resnet.mul %x, %s : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
