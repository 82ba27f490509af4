// RUN: resnet-opt %s --resnet-generate-backward --split-input-file --verify-diagnostics

// expected-error @+1 {{has 2 functions, but one network is trained at a time}}
module {
  func.func @a(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    return %x : tensor<?x4xf32>
  }
  func.func @b(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    return %x : tensor<?x4xf32>
  }
}

// -----

// expected-error @+1 {{is no network: its body is not one block}}
func.func private @external(tensor<?x4xf32>) -> tensor<?x4xf32>

// -----

// expected-error @+1 {{input 'x' is 'tensor<2x4xf32>', but training needs a batch of any size, and all other dimensions known}}
func.func @fixed(%x: tensor<2x4xf32> {resnet.name = "x"}) -> tensor<2x4xf32> {
  return %x : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{cannot be trained: its examples depend on each other}}
func.func @whole(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {resnet.whole} {
  return %x : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{has no outputs}}
func.func @nothing(%x: tensor<?x4xf32>) {
  return
}

// -----

// expected-error @+1 {{the loss is of 'tensor<?xf32>', but needs floating point of rank 2 or more, the batch first}}
func.func @rank(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// -----

// expected-error @+1 {{the loss is of 'tensor<?x4xi64>', but needs floating point of rank 2 or more, the batch first}}
func.func @integers(%x: tensor<?x4xi64>) -> tensor<?x4xi64> {
  return %x : tensor<?x4xi64>
}

// -----

// A constant that no layer is before is nothing to be learned, nor is what a
// node made, or a number.
// expected-error @+1 {{has no parameters that can be learned: initializers that operations take as weights}}
func.func @none(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %mean = resnet.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> loc("mean")
  %0 = resnet.add %x, %mean : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %w = resnet.constant dense<2.0> : tensor<4x4xf32> loc("Constant_1"("Constant"))
  %1 = resnet.matmul %0, %w : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %s = resnet.constant dense<2.0> : tensor<f32> loc("scale")
  %2 = resnet.mul %1, %s : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{has two parameters called 'w'}}
func.func @twice(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %a = resnet.constant dense<1.0> : tensor<4x4xf32> loc("w")
  %0 = resnet.matmul %x, %a : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %b = resnet.constant dense<2.0> : tensor<4x4xf32> loc("w")
  %1 = resnet.matmul %0, %b : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// -----

// What has no gradient matters only between what is learned and the loss.
func.func @no_gradient(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %h = resnet.hardmax %x {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %w = resnet.constant dense<1.0> : tensor<4x4xf32> loc("w")
  %0 = resnet.matmul %h, %w : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  // expected-error @+1 {{has no gradient}}
  %1 = resnet.hardmax %0 {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
