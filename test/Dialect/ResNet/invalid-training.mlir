// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @filter_windows(%x: tensor<?x4x8x8xf32>, %g: tensor<?x4x7x8xf32>) {
  // expected-error @+2 {{the gradient has shape ?x4x7x8, but the windows have ?x4x8x8}}
  // expected-error @+1 {{failed to infer returned types}}
  %w = resnet.conv_filter_gradient %x, %g {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<?x4x7x8xf32>) -> tensor<4x4x3x3xf32>
  return
}

// -----

func.func @filter_batch(%x: tensor<2x4x8x8xf32>, %g: tensor<3x4x8x8xf32>) {
  // expected-error @+2 {{the input has a batch of 2, but the gradient of 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %w = resnet.conv_filter_gradient %x, %g {kernel_shape = array<i64: 1, 1>} : (tensor<2x4x8x8xf32>, tensor<3x4x8x8xf32>) -> tensor<4x4x1x1xf32>
  return
}

// -----

func.func @filter_rank(%x: tensor<?x4x8x8xf32>, %g: tensor<?x4x8xf32>) {
  // expected-error @+2 {{the input has rank 4 and the gradient 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %w = resnet.conv_filter_gradient %x, %g {kernel_shape = array<i64: 1, 1>} : (tensor<?x4x8x8xf32>, tensor<?x4x8xf32>) -> tensor<4x4x1x1xf32>
  return
}

// -----

func.func @filter_groups(%x: tensor<?x4x8x8xf32>, %g: tensor<?x6x8x8xf32>) {
  // expected-error @+2 {{6 channels are no multiple of the 4 groups}}
  // expected-error @+1 {{failed to infer returned types}}
  %w = resnet.conv_filter_gradient %x, %g {group = 4 : i64, kernel_shape = array<i64: 1, 1>} : (tensor<?x4x8x8xf32>, tensor<?x6x8x8xf32>) -> tensor<6x1x1x1xf32>
  return
}

// -----

func.func @filter_group(%x: tensor<?x4x8x8xf32>, %g: tensor<?x4x8x8xf32>) {
  // expected-error @+2 {{group is 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %w = resnet.conv_filter_gradient %x, %g {group = 0 : i64, kernel_shape = array<i64: 1, 1>} : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<4x4x1x1xf32>
  return
}

// -----

func.func @filter_kernel(%x: tensor<?x4x8x8xf32>, %g: tensor<?x4x8x8xf32>) {
  // expected-error @+2 {{the kernel shape contains 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %w = resnet.conv_filter_gradient %x, %g {kernel_shape = array<i64: 0, 1>} : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<4x4x0x1xf32>
  return
}

// -----

func.func @max_channels(%x: tensor<?x4x8x8xf32>, %g: tensor<?x3x7x7xf32>) {
  // expected-error @+2 {{the input has 4 channels, but the gradient 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.max_pool_gradient %x, %g {kernel_shape = array<i64: 2, 2>} : (tensor<?x4x8x8xf32>, tensor<?x3x7x7xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @max_padding(%x: tensor<?x4x8x8xf32>, %g: tensor<?x4x9x7xf32>) {
  // expected-error @+1 {{the padding of dimension 2 is not smaller than the window of 2}}
  %y = resnet.max_pool_gradient %x, %g {kernel_shape = array<i64: 2, 2>, pads = array<i64: 2, 0, 0, 0>} : (tensor<?x4x8x8xf32>, tensor<?x4x9x7xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @avg_windows(%g: tensor<?x4x7x7xf32>) {
  // expected-error @+2 {{the gradient has shape ?x4x7x7, but the windows have ?x4x8x7}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.avg_pool_gradient %g {input_shape = array<i64: 9, 8>, kernel_shape = array<i64: 2, 2>} : (tensor<?x4x7x7xf32>) -> tensor<?x4x9x8xf32>
  return
}

// -----

func.func @avg_shape(%g: tensor<?x4x7x7xf32>) {
  // expected-error @+2 {{input_shape contains -8}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.avg_pool_gradient %g {input_shape = array<i64: -8, 8>, kernel_shape = array<i64: 2, 2>} : (tensor<?x4x7x7xf32>) -> tensor<?x4x8x8xf32>
  return
}

// -----

func.func @insert_lists(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{steps has 2 elements, but there are 1 axes}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.insert_slice %x {axes = array<i64: 1>, sizes = array<i64: 9>, starts = array<i64: 0>, steps = array<i64: 1, 1>} : (tensor<?x4xf32>) -> tensor<?x9xf32>
  return
}

// -----

func.func @insert_beyond(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{dimension 1 of 9 has no place for 4 elements from 3 in steps of 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.insert_slice %x {axes = array<i64: 1>, sizes = array<i64: 9>, starts = array<i64: 3>, steps = array<i64: 2>} : (tensor<?x4xf32>) -> tensor<?x9xf32>
  return
}

// -----

func.func @insert_overflow(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{dimension 1 of 9 has no place for 4 elements from 3 in steps of 9223372036854775807}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.insert_slice %x {axes = array<i64: 1>, sizes = array<i64: 9>, starts = array<i64: 3>, steps = array<i64: 9223372036854775807>} : (tensor<?x4xf32>) -> tensor<?x9xf32>
  return
}

// -----

func.func @insert_step(%x: tensor<?x1xf32>) {
  // expected-error @+2 {{a step is 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.insert_slice %x {axes = array<i64: 1>, sizes = array<i64: 9>, starts = array<i64: 3>, steps = array<i64: 0>} : (tensor<?x1xf32>) -> tensor<?x9xf32>
  return
}

// -----

func.func @statistics_rank(%x: tensor<8xf32>) {
  // expected-error @+2 {{the input has rank 1, but at least 2 is needed}}
  // expected-error @+1 {{failed to infer returned types}}
  %m, %v = resnet.batch_statistics %x : (tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @sums_shape(%x: tensor<?x8x4xf32>, %g: tensor<?x8x5xf32>, %m: tensor<8xf32>) {
  // expected-error @+2 {{the gradient has shape ?x8x5, but the input ?x8x4}}
  // expected-error @+1 {{failed to infer returned types}}
  %s, %d = resnet.channel_sums %g, %x, %m : (tensor<?x8x5xf32>, tensor<?x8x4xf32>, tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @sums_mean(%x: tensor<?x8x4xf32>, %g: tensor<?x8x4xf32>, %m: tensor<4xf32>) {
  // expected-error @+2 {{the mean has shape 4, but the channels are 8}}
  // expected-error @+1 {{failed to infer returned types}}
  %s, %d = resnet.channel_sums %g, %x, %m : (tensor<?x8x4xf32>, tensor<?x8x4xf32>, tensor<4xf32>) -> (tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @size_of_scalar(%x: tensor<f32>) {
  // expected-error @+2 {{the input is a scalar}}
  // expected-error @+1 {{failed to infer returned types}}
  %n = resnet.batch_size %x : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @resample_weights(%x: tensor<?x4xf32>, %b: tensor<7xi64>, %w: tensor<6x3xf32>) {
  // expected-error @+2 {{the weights have shape 6x3, but there are 7 begins}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.resample %x, %b, %w {axis = 1 : i64} : (tensor<?x4xf32>, tensor<7xi64>, tensor<6x3xf32>) -> tensor<?x7xf32>
  return
}

// -----

func.func @resample_begins(%x: tensor<?x4xf32>, %w: tensor<2x3xf32>) {
  %b = resnet.constant dense<[1, 2]> : tensor<2xi64>
  // expected-error @+2 {{3 elements from 2 on are not in dimension 1, which is 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.resample %x, %b, %w {axis = 1 : i64} : (tensor<?x4xf32>, tensor<2xi64>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @dropout_one(%x: tensor<?x4xf32>, %n: tensor<?xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{but must be from 0 and less than 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r {ratio = 1.0 : f32} : (tensor<?x4xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_negative(%x: tensor<?x4xf32>, %n: tensor<?xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{but must be from 0 and less than 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r {ratio = -1.0e-1 : f32} : (tensor<?x4xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_nan(%x: tensor<?x4xf32>, %n: tensor<?xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{but must be from 0 and less than 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r {ratio = 0x7FC00000 : f32} : (tensor<?x4xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_stream(%x: tensor<?x4xf32>, %n: tensor<?xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{the stream is 4294967296, but must have 32 bits}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r {stream = 4294967296 : i64} : (tensor<?x4xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_half(%x: tensor<?x4xf32>, %n: tensor<?xi64>) {
  // expected-error @+2 {{examples and random numbers go together}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = "resnet.dropout"(%x, %n) {operandSegmentSizes = array<i32: 1, 1, 0>} : (tensor<?x4xf32>, tensor<?xi64>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_examples(%x: tensor<5x4xf32>, %n: tensor<6xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{example has shape 6, but the batch is 5}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r : (tensor<5x4xf32>, tensor<6xi64>, tensor<3xui32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @dropout_random(%x: tensor<?x4xf32>, %n: tensor<?xi64>, %r: tensor<2xui32>) {
  // expected-error @+2 {{random has shape 2, but a key and a number are 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r : (tensor<?x4xf32>, tensor<?xi64>, tensor<2xui32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_scalar(%x: tensor<f32>, %n: tensor<?xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{the input has no examples}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r : (tensor<f32>, tensor<?xi64>, tensor<3xui32>) -> tensor<f32>
  return
}

// -----

func.func @dropout_large(%x: tensor<?x65536x65536xf32>, %n: tensor<?xi64>, %r: tensor<3xui32>) {
  // expected-error @+2 {{an example has more than 2^32 - 1 elements}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.dropout %x example %n random %r : (tensor<?x65536x65536xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x65536x65536xf32>
  return
}
