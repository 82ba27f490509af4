// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @channels(%x: tensor<?x64x8x8xf32>, %w: tensor<64x32x3x3xf32>) {
  // expected-error @+2 {{the weight has 32 input channels, but the input has 64 in 1 group(s)}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w : (tensor<?x64x8x8xf32>, tensor<64x32x3x3xf32>) -> tensor<?x64x6x6xf32>
  return
}

// -----

func.func @group(%x: tensor<?x64x8x8xf32>, %w: tensor<63x32x3x3xf32>) {
  // expected-error @+2 {{the weight has 63 output channels, which is no multiple of the 2 groups}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w {group = 2 : i64} : (tensor<?x64x8x8xf32>, tensor<63x32x3x3xf32>) -> tensor<?x63x6x6xf32>
  return
}

// -----

func.func @negative_group(%x: tensor<?x64x8x8xf32>, %w: tensor<64x64x3x3xf32>) {
  // expected-error @+2 {{group is -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w {group = -1 : i64} : (tensor<?x64x8x8xf32>, tensor<64x64x3x3xf32>) -> tensor<?x64x6x6xf32>
  return
}

// -----

func.func @rank(%x: tensor<?x64xf32>, %w: tensor<64x64x3x3xf32>) {
  // expected-error @+2 {{the input has rank 2, but at least 3 is needed}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w : (tensor<?x64xf32>, tensor<64x64x3x3xf32>) -> tensor<?x64xf32>
  return
}

// -----

func.func @stride(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+2 {{strides contains 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w {strides = array<i64: 1, 0>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x6x6xf32>
  return
}

// -----

func.func @pads(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+2 {{pads has 2 elements, but 4 are needed}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w {pads = array<i64: 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @overflow(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+2 {{dilations contains 9223372036854775807}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w {dilations = array<i64: 9223372036854775807, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @window(%x: tensor<?x4x2x2xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+2 {{a window of 3 does not fit dimension 2, which is 2 with padding}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w : (tensor<?x4x2x2xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x1x1xf32>
  return
}

// -----

func.func @bias(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>, %b: tensor<5xf32>) {
  // expected-error @+1 {{the bias has 5 elements, but there are 4 output channels}}
  %y = resnet.conv %x, %w bias %b : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>, tensor<5xf32>) -> tensor<?x4x6x6xf32>
  return
}

// -----

func.func @residual(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{the residual is 'tensor<?x4x8x8xf32>', but the result is 'tensor<?x4x6x6xf32>'}}
  %y = resnet.conv %x, %w residual %x : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x6x6xf32>
  return
}

// -----

func.func @result(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<?x4x6x6xf32>' are incompatible with return type(s) of operation 'tensor<?x4x7x6xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.conv %x, %w : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x7x6xf32>
  return
}

// -----

func.func @auto_pad(%x: tensor<?x4x8x8xf32>) {
  // expected-error @+2 {{auto_pad is 'SAME'}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.max_pool %x {kernel_shape = array<i64: 2, 2>, auto_pad = "SAME"} : (tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @padding_only(%x: tensor<?x4x8x8xf32>) {
  // expected-error @+1 {{the padding of dimension 2 is not smaller than the window of 2}}
  %y = resnet.max_pool %x {kernel_shape = array<i64: 2, 2>, pads = array<i64: 2, 0, 0, 0>} : (tensor<?x4x8x8xf32>) -> tensor<?x4x9x7xf32>
  return
}

// -----

func.func @gemm(%a: tensor<?x512xf32>, %b: tensor<10x512xf32>) {
  // expected-error @+2 {{a has 512 columns, but b has 10 rows}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.gemm %a, %b : (tensor<?x512xf32>, tensor<10x512xf32>) -> tensor<?x512xf32>
  return
}

// -----

func.func @gemm_bias(%a: tensor<?x4xf32>, %b: tensor<4x10xf32>, %c: tensor<9xf32>) {
  // expected-error @+2 {{c of shape 9 cannot be broadcast to ?x10}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.gemm %a, %b, %c : (tensor<?x4xf32>, tensor<4x10xf32>, tensor<9xf32>) -> tensor<?x10xf32>
  return
}

// -----

func.func @batch_norm(%x: tensor<?x4x8x8xf32>, %s: tensor<4xf32>, %m: tensor<3xf32>) {
  // expected-error @+2 {{the mean has 3 elements, but the input has 4 channels}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.batch_norm %x, %s, %s, %m, %s
     : (tensor<?x4x8x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @broadcast(%a: tensor<?x4xf32>, %b: tensor<3xf32>) {
  // expected-error @+2 {{shapes ?x4 and 3 cannot be broadcast}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.add %a, %b : (tensor<?x4xf32>, tensor<3xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @element_type(%a: tensor<4xf32>, %b: tensor<4xi64>) {
  // expected-error @+2 {{the right operand has elements of type 'i64', but 'f32' is needed}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.add %a, %b : (tensor<4xf32>, tensor<4xi64>) -> tensor<4xf32>
  return
}

// -----

func.func @reshape(%x: tensor<2x6xf32>) {
  %s = resnet.constant dense<[5, -1]> : tensor<2xi64>
  // expected-error @+2 {{cannot reshape 2x6 to 5x?}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.reshape %x, %s : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<5x?xf32>
  return
}

// -----

func.func @reshape_overflow(%x: tensor<2x6xf32>) {
  %s = resnet.constant dense<9223372036854775807> : tensor<2xi64>
  // expected-error @+2 {{cannot reshape 2x6 to}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.reshape %x, %s : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return
}

// -----

func.func @gather(%x: tensor<4x6xf32>) {
  %i = resnet.constant dense<-5> : tensor<i64>
  // expected-error @+2 {{index -5 does not exist in dimension 0, which is 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.gather %x, %i : (tensor<4x6xf32>, tensor<i64>) -> tensor<6xf32>
  return
}

// -----

func.func @pad(%x: tensor<4x6xf32>) {
  %p = resnet.constant dense<[0, -4, 0, -3]> : tensor<4xi64>
  // expected-error @+2 {{dimension 1, which is 6, cannot be padded by -4 and -3}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.pad %x, %p : (tensor<4x6xf32>, tensor<4xi64>) -> tensor<4x?xf32>
  return
}

// -----

func.func @transpose(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{perm is no permutation of 0 to 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.transpose %x {perm = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<6x6xf32>
  return
}

// -----

func.func @axis(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{axis 2 does not exist in a tensor of rank 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.softmax %x {axis = 2 : i64} : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

// expected-error @+1 {{a layout needs a tensor of rank 2 or 4, but the rank is 3}}
func.func @layout_rank(%x: tensor<4x6x8xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>)

// -----

// expected-error @+1 {{halo must have 4 elements, but has 2}}
func.func @layout_halo(%x: tensor<4x6xf32, #resnet.layout<block = 8, halo = [0, 0]>>)

// -----

func.func @constant_large() {
  // expected-error @+1 {{a constant of shape 1099511627776x1099511627776 is too large}}
  %x = resnet.constant dense<1.0> : tensor<1099511627776x1099511627776xf32>
  return
}

// -----

func.func @pool_window_least(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{the kernel shape contains -9223372036854775808}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.max_pool %x {kernel_shape = array<i64: -9223372036854775808, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 2, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}
