// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @mode(%x: tensor<4xf32>, %p: tensor<2xi64>) {
  // expected-error @+2 {{there is no mode 'mirror'}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.pad %x, %p {mode = "mirror"} : (tensor<4xf32>, tensor<2xi64>) -> tensor<?xf32>
  return
}

// -----

func.func @block(%x: tensor<?x8x6x6xf32>) {
  // expected-error @+2 {{a dimension of 8 is no multiple of 9}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.depth_to_space %x {block = 3 : i64} : (tensor<?x8x6x6xf32>) -> tensor<?x1x18x18xf32>
  return
}

// -----

func.func @no_block(%x: tensor<?x8x6x6xf32>) {
  // expected-error @+2 {{the block is 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.space_to_depth %x {block = 0 : i64} : (tensor<?x8x6x6xf32>) -> tensor<?x1x18x18xf32>
  return
}

// -----

func.func @elements(%x: tensor<2x3xf32>, %i: tensor<4x1xi64>) {
  // expected-error @+2 {{the indices have shape 4x1, the input only 2x3}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x3xf32>, tensor<4x1xi64>) -> tensor<4x1xf32>
  return
}

// -----

func.func @tuples(%x: tensor<2x3xf32>, %i: tensor<4x3xi64>) {
  // expected-error @+2 {{tuples of 3 indices into 2 dimensions}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.gather_nd %x, %i : (tensor<2x3xf32>, tensor<4x3xi64>) -> tensor<4xf32>
  return
}

// -----

func.func @too_many(%x: tensor<4xf32>) {
  %k = resnet.constant dense<5> : tensor<1xi64>
  // expected-error @+2 {{k is 5, but there are 4 elements}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.top_k %x, %k : (tensor<4xf32>, tensor<1xi64>) -> tensor<5xi64>
  return
}

// -----

func.func @range() {
  %a = resnet.constant dense<5> : tensor<i64>
  %z = resnet.constant dense<0> : tensor<i64>
  // expected-error @+2 {{delta is 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.range %z, %a, %z : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  return
}

// -----

func.func @scale(%x: tensor<4xf32>) {
  %s = resnet.constant dense<0.0> : tensor<1xf32>
  // expected-error @+2 {{must be positive}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.resize %x scales %s : (tensor<4xf32>, tensor<1xf32>) -> tensor<0xf32>
  return
}

// -----

func.func @both(%x: tensor<4xf32>, %s: tensor<1xf32>, %n: tensor<1xi64>) {
  // expected-error @+2 {{needs either scales or sizes}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.resize %x scales %s sizes %n : (tensor<4xf32>, tensor<1xf32>, tensor<1xi64>) -> tensor<?xf32>
  return
}

// -----

func.func @coordinates(%x: tensor<4xf32>, %n: tensor<1xi64>) {
  // expected-error @+1 {{there is no coordinate_transformation_mode 'polar'}}
  %y = resnet.resize %x sizes %n {coordinates = "polar"} : (tensor<4xf32>, tensor<1xi64>) -> tensor<?xf32>
  return
}

// -----

func.func @same_axis(%x: tensor<4x4xf32>) {
  %n = resnet.constant dense<8> : tensor<2xi64>
  // expected-error @+2 {{axis 1 is given twice}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.resize %x sizes %n {axes = array<i64: 1, -1>} : (tensor<4x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return
}

// -----

func.func @too_many_sizes(%x: tensor<4x4xf32>) {
  %n = resnet.constant dense<8> : tensor<2xi64>
  // expected-error @+2 {{sizes has 2 elements, but 1 are needed}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.resize %x sizes %n {axes = array<i64: 1>} : (tensor<4x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return
}
