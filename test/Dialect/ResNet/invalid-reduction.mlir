// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  %axes = resnet.constant dense<[1, 2]> : tensor<2xi64>
  // expected-error @+2 {{axis 2 does not exist in a tensor of rank 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.reduce %x, %axes {kind = #resnet.reduction<sum>} : (tensor<?x4xf32>, tensor<2xi64>) -> tensor<?x1xf32>
  return
}

// -----

func.func @lowest(%x: tensor<?x4xf32>) {
  %axes = resnet.constant dense<-9223372036854775808> : tensor<1xi64>
  // expected-error @+2 {{axis -9223372036854775808 does not exist in a tensor of rank 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.reduce %x, %axes {kind = #resnet.reduction<max>} : (tensor<?x4xf32>, tensor<1xi64>) -> tensor<?x1xf32>
  return
}

// -----

func.func @twice(%x: tensor<?x4xf32>) {
  %axes = resnet.constant dense<[1, -1]> : tensor<2xi64>
  // expected-error @+2 {{axis 1 is given twice}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.reduce %x, %axes {kind = #resnet.reduction<sum>} : (tensor<?x4xf32>, tensor<2xi64>) -> tensor<?x1xf32>
  return
}

// -----

func.func @matrix(%x: tensor<?x4xf32>, %axes: tensor<1x1xi64>) {
  // expected-error @+2 {{axes has rank 2, not 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.reduce %x, %axes {kind = #resnet.reduction<sum>} : (tensor<?x4xf32>, tensor<1x1xi64>) -> tensor<?x?xf32>
  return
}

// -----

func.func @arg(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{axis -3 does not exist in a tensor of rank 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.arg_max %x {axis = -3 : i64} : (tensor<?x4xf32>) -> tensor<?x1xi64>
  return
}

// -----

func.func @nothing(%x: tensor<?x0xf32>) {
  // expected-error @+2 {{there are no elements along axis 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.arg_min %x {axis = 1 : i64} : (tensor<?x0xf32>) -> tensor<?x1xi64>
  return
}

// -----

func.func @cumsum(%x: tensor<?x4xf32>) {
  %axis = resnet.constant dense<2> : tensor<i64>
  // expected-error @+2 {{axis 2 does not exist in a tensor of rank 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.cumsum %x, %axis : (tensor<?x4xf32>, tensor<i64>) -> tensor<?x4xf32>
  return
}

// -----

func.func @cumsum_axes(%x: tensor<?x4xf32>, %axis: tensor<2xi64>) {
  // expected-error @+2 {{the axis has shape 2, but must be a scalar}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.cumsum %x, %axis : (tensor<?x4xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  return
}

// -----

func.func @lrn(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{size is 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.lrn %x {size = 0 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @target(%x: tensor<?x4x6xf32>, %t: tensor<?x5xi64>) {
  // expected-error @+2 {{the target has shape ?x5, but the input ?x4x6}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.pick_class %x, %t : (tensor<?x4x6xf32>, tensor<?x5xi64>) -> tensor<?x5xf32>
  return
}

// -----

func.func @no_classes(%x: tensor<?x0xf32>, %t: tensor<?xi64>) {
  // expected-error @+2 {{there are no classes}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.pick_class %x, %t : (tensor<?x0xf32>, tensor<?xi64>) -> tensor<?xf32>
  return
}
